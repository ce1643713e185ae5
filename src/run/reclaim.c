/* SPDX-License-Identifier: MIT
 * reclaim.c: chooses blocks, keeps them in quarantine, frees them in a stopped world. */
#include "run/reclaim.h"

#include <string.h>

#include "base/mem.h"
#include "base/out.h"
#include "capture/site.h"
#include "capture/track.h"
#include "find/snapshot.h"
#include "heap/heap.h"
#include "report/pattern.h"
#include "run/settings.h"
#include "world/module.h"
#include "world/stop.h"

/* Checks that a block stays in quarantine; blocks handled while the world
 * stands still once, about a millisecond. */
enum { QUARANTINE = 3, BATCH = 10000, PAGE = 4096 };

/* A block that is to be freed, or watched. */
struct item {
    uintptr_t address;
    size_t size;
    struct lgc_origin origin;
    uint32_t until;          /* the check that frees it; 0: now              */
    uint64_t sum;            /* of its contents                              */
    enum { KEPT, FREED, HELD, GONE } fate;
};

static struct { struct item *item; size_t count, room; } watched; /* by address */
static struct { uint32_t *site; size_t count, room; } wrong;

/* By site, for one run. */
enum { NOT_ASKED, ALLOWED, NOT_NAMED, WRONG };
static struct { uint8_t *answer; size_t sites; } allowed;

/* ---- which sites ------------------------------------------------------ */

static bool frame_matches(uintptr_t pc, uint32_t generation, const char *pattern)
{
    long m = lgc_module_find(pc, generation);
    char place[1024];
    struct lgc_out out;

    if (m < 0)
        return false;
    lgc_out_init(&out, -1);
    lgc_out_f(&out, "%s+0x%lx", lgc_module_at((size_t)m)->path,
              (unsigned long)(pc - lgc_module_at((size_t)m)->bias));
    if (out.used >= sizeof place)
        return false;
    memcpy(place, out.buf, out.used);
    place[out.used] = '\0';
    return lgc_pattern_matches(pattern, place);
}

static bool stack_matches(const struct lgc_site *s, const char *pattern)
{
    for (uint32_t i = 0; s != NULL && i < s->stack.depth; i++)
        if (frame_matches((uintptr_t)s->stack.pc[i], s->generation, pattern))
            return true;
    return false;
}

static bool named(uint32_t site)
{
    const char *list = lgc_settings.reclaim_sites;
    char pattern[LGC_OPTION_TEXT_MAX];

    if (*list == '\0')
        return true;
    while (*list != '\0') {
        size_t n = strcspn(list, ";");

        memcpy(pattern, list, n);
        pattern[n] = '\0';
        if (n > 0 && stack_matches(lgc_site_at(site), pattern))
            return true;
        list += n + (list[n] == ';');
    }
    return false;
}

static bool was_wrong(uint32_t site)
{
    for (size_t i = 0; i < wrong.count; i++)
        if (wrong.site[i] == site)
            return true;
    return false;
}

static uint8_t ask(uint32_t site)
{
    if (site >= allowed.sites)
        return NOT_NAMED; /* there is no memory to find out */
    if (allowed.answer[site] == NOT_ASKED)
        allowed.answer[site] = was_wrong(site) ? WRONG : named(site) ? ALLOWED : NOT_NAMED;
    return allowed.answer[site];
}

static void note_wrong(uint32_t site)
{
    uint32_t *grown = lgc_mem_grow(wrong.site, &wrong.room, wrong.count + 1, sizeof *grown);

    if (grown == NULL || was_wrong(site))
        return;
    wrong.site = grown;
    grown[wrong.count++] = site;
    if (site < allowed.sites)
        allowed.answer[site] = WRONG;
}

/* ---- while the world stands still ------------------------------------- */

static struct { struct item *item; size_t count; bool take; } batch;

static struct item *around(uintptr_t p)
{
    size_t lo = 0, hi = batch.count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (batch.item[mid].address <= p)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo > 0 && p - batch.item[lo - 1].address <= batch.item[lo - 1].size ? &batch.item[lo - 1]
                                                                             : NULL;
}

static void hold(uintptr_t p)
{
    struct item *i = around(p);

    if (i != NULL)
        i->fate = HELD;
}

/* The registers, and the stack to the end of its page: who is in free() has
 * what it frees there. */
static void hold_what_threads_have(void)
{
    for (size_t i = 0; i < lgc_stop_count(); i++) {
        const struct lgc_stopped *t = lgc_stop_at(i);
        uintptr_t at = (t->sp + 7) & ~(uintptr_t)7, end = (t->sp | (PAGE - 1)) + 1;

        for (int r = 0; r < LGC_STOP_REGISTERS; r++)
            hold(t->registers[r]);
        for (; t->state == LGC_STOP_STOPPED && at + sizeof at <= end; at += sizeof at)
            hold(*(const uintptr_t *)at);
    }
}

static uint64_t checksum(uintptr_t address, size_t size)
{
    const unsigned char *p = (const void *)address;
    uint64_t sum = 0xcbf29ce484222325u, word;

    for (; size >= 8; p += 8, size -= 8) {
        memcpy(&word, p, 8);
        sum = (sum ^ word) * 0x100000001b3u;
        sum ^= sum >> 29;
    }
    for (; size > 0; p++, size--)
        sum = (sum ^ *p) * 0x100000001b3u;
    return sum;
}

static bool same_object(const struct item *i)
{
    const struct lgc_origin *origin;
    struct lgc_object o;

    if (!lgc_heap_find((const void *)i->address, true, &o) || o.address != i->address)
        return false;
    origin = lgc_block_origin(o.block, o.slot);
    return origin != NULL && origin->site == i->origin.site && origin->time == i->origin.time &&
           o.size == i->size && (*lgc_block_info(o.block, o.slot) & LGC_INFO_FLAGS) == 0;
}

/* Frees what is to go, and sums up what is to stay. */
static void on_batch(void *unused)
{
    (void)unused;
    hold_what_threads_have();
    for (size_t n = 0; n < batch.count; n++) {
        struct item *i = &batch.item[n];
        uint64_t sum;

        if (!same_object(i)) {
            i->fate = GONE;
            continue;
        }
        sum = checksum(i->address, i->size) | 1; /* 0: not taken yet */
        if (i->sum != 0 && i->sum != sum) {
            i->fate = GONE; /* changed: it is in use */
            continue;
        }
        i->sum = sum;
        if (i->fate == KEPT && batch.take && lgc_heap_free((void *)i->address) == LGC_FREED)
            i->fate = FREED;
    }
}

/* Works through items, sorted by address, a batch at a time. */
static void work(struct item *item, size_t count, bool take)
{
    for (size_t at = 0; at < count; at += BATCH) {
        struct lgc_snapshot snap = { .timeout_ns = lgc_settings.stop_timeout };

        batch.item = item + at;
        batch.count = count - at < BATCH ? count - at : BATCH;
        batch.take = take;
        lgc_snapshot_run(&snap, on_batch, NULL);
    }
}

/* ---- one check --------------------------------------------------------- */

static void count_in(struct leaksgc_amount *sum, size_t bytes)
{
    sum->bytes += bytes;
    sum->objects++;
}

/* What speaks against taking the lost entry is counted; NULL: nothing does. */
static struct leaksgc_amount *objection(const struct lgc_entry *e, uint32_t check, int64_t now_ns,
                                        uint64_t min_age_ns, struct lgc_reclaim_done *done)
{
    uint8_t own, head;

    if (e->found_check == 0 || e->found_check >= check)
        return &done->once;
    if (now_ns - lgc_track_time_ns(e->origin.time) < (int64_t)min_age_ns)
        return &done->young;
    own = ask(e->origin.site);
    head = e->kind == LGC_KIND_DIRECT ? ALLOWED : ask(e->head);
    if (own == WRONG || head == WRONG)
        return &done->wrong;
    return own == ALLOWED && head == ALLOWED ? NULL : &done->site;
}

static void list(struct lgc_apart *apart, enum lgc_section section, const struct item *i,
                 struct leaksgc_amount *sum)
{
    struct lgc_group_extra e = { .section = section, .site = i->origin.site,
                                 .amount = { i->size, 1 }, .fresh = { i->size, 1 },
                                 .time_ns = lgc_track_time_ns(i->origin.time),
                                 .thread = i->origin.thread };

    count_in(sum, i->size);
    lgc_apart_add(apart, &e);
}

/* The lost entry of the same object, or NULL. */
static const struct lgc_entry *lost_still(const struct lgc_scan *scan, const struct item *i)
{
    size_t lo = 0, hi = scan->count;
    const struct lgc_entry *e;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (scan->entry[mid].address < i->address)
            lo = mid + 1;
        else
            hi = mid;
    }
    e = lo < scan->count ? &scan->entry[lo] : NULL;
    return e != NULL && e->address == i->address && e->origin.site == i->origin.site &&
                   e->origin.time == i->origin.time && e->kind <= LGC_KIND_INDIRECT
               ? e
               : NULL;
}

static void prove_false(struct lgc_apart *apart, struct leaksgc_reclaimed *sum, const struct item *i)
{
    note_wrong(i->origin.site);
    list(apart, LGC_SECTION_FALSE, i, &sum->false_leaks);
}

/* Those whose time is over are freed, those in use after all are let go. */
static void review(const struct lgc_scan *scan, uint32_t check, struct lgc_apart *apart,
                   struct leaksgc_reclaimed *sum)
{
    size_t kept = 0, over = 0, size = watched.count * sizeof(struct item) + 1;
    struct item *free_now = lgc_mem_map(size);

    work(watched.item, watched.count, false);
    for (size_t n = 0; n < watched.count; n++) {
        struct item *i = &watched.item[n];

        if (i->fate == GONE || lost_still(scan, i) == NULL)
            prove_false(apart, sum, i);
        else if (was_wrong(i->origin.site))
            continue; /* it stays a leak */
        else if (i->fate == KEPT && check >= i->until && free_now != NULL)
            free_now[over++] = *i;
        else
            watched.item[kept++] = *i;
    }
    for (size_t n = 0; n < kept; n++)
        watched.item[n].fate = KEPT;
    watched.count = kept;
    work(free_now, over, true);
    for (size_t n = 0; n < over; n++)
        if (free_now[n].fate == FREED)
            list(apart, LGC_SECTION_RECLAIMED, &free_now[n], &sum->freed);
    lgc_mem_unmap(free_now, size);
}

static bool is_watched(uintptr_t address)
{
    size_t lo = 0, hi = watched.count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (watched.item[mid].address < address)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < watched.count && watched.item[lo].address == address;
}

/* The candidates of this check, sorted as its entries are. */
static struct item *choose(const struct lgc_scan *scan, uint32_t check, int64_t now_ns,
                           const struct lgc_reclaim_order *order, size_t *count, size_t *room,
                           struct lgc_reclaim_done *done)
{
    uint32_t until = order->how == LGC_RECLAIM_QUARANTINE ? check + QUARANTINE : 0;
    struct item *chosen = NULL;

    for (size_t n = 0; n < scan->count; n++) {
        const struct lgc_entry *e = &scan->entry[n];
        struct leaksgc_amount *against;
        struct item *grown;

        if (e->kind > LGC_KIND_INDIRECT || is_watched(e->address))
            continue;
        against = objection(e, check, now_ns, order->min_age_ns, done);
        grown = against != NULL ? NULL : lgc_mem_grow(chosen, room, *count + 1, sizeof *grown);
        if (grown == NULL) {
            count_in(against != NULL ? against : &done->held, e->size);
            continue;
        }
        chosen = grown;
        chosen[(*count)++] = (struct item){ .address = e->address, .size = e->size,
                                            .origin = e->origin, .until = until };
    }
    return chosen;
}

/* Merges what is newly watched, both sorted by address. */
static void watch(const struct item *fresh, size_t count)
{
    struct item *grown =
        lgc_mem_grow(watched.item, &watched.room, watched.count + count, sizeof *grown);
    size_t from = watched.count, to = watched.count + count;

    if (grown == NULL)
        return;
    watched.item = grown;
    watched.count = to;
    while (count > 0) {
        if (from > 0 && grown[from - 1].address > fresh[count - 1].address)
            grown[--to] = grown[--from];
        else
            grown[--to] = fresh[--count];
    }
}

static void take(const struct lgc_reclaim_order *order, const struct lgc_scan *scan, uint32_t check,
                 struct lgc_apart *apart, struct lgc_reclaim_done *done)
{
    size_t count = 0, room = 0, kept = 0;
    struct item *item = choose(scan, check, apart->now_ns, order, &count, &room, done);

    if (!order->dry)
        work(item, count, order->how == LGC_RECLAIM_FREE);
    for (size_t n = 0; n < count; n++) {
        if (order->dry)
            count_in(&done->due, item[n].size);
        else if (item[n].fate == FREED)
            list(apart, LGC_SECTION_RECLAIMED, &item[n], &done->sum.freed);
        else if (order->how == LGC_RECLAIM_QUARANTINE && item[n].fate == KEPT)
            item[kept++] = item[n];
        else
            count_in(&done->held, item[n].size);
    }
    if (order->how == LGC_RECLAIM_QUARANTINE && !order->dry)
        watch(item, kept);
    lgc_mem_unmap(item, room * sizeof *item);
}

void lgc_reclaim_run(const struct lgc_reclaim_order *order, const struct lgc_scan *scan,
                     uint32_t check, struct lgc_apart *apart, struct lgc_reclaim_done *done)
{
    size_t sites = lgc_site_limit() + 1ul;

    if (order->how == LGC_RECLAIM_OFF && watched.count == 0)
        return;
    allowed.answer = lgc_mem_map(sites);
    allowed.sites = allowed.answer != NULL ? sites : 0;
    if (watched.count > 0)
        review(scan, check, apart, &done->sum);
    if (order->how != LGC_RECLAIM_OFF)
        take(order, scan, check, apart, done);
    for (size_t n = 0; n < watched.count; n++)
        count_in(&done->sum.quarantined, watched.item[n].size);
    lgc_mem_unmap(allowed.answer, sites);
    allowed.sites = 0;
}

/* Whatever another thread was at stays behind. */
void lgc_reclaim_fork_child(void)
{
    memset(&watched, 0, sizeof watched);
    memset(&wrong, 0, sizeof wrong);
    memset(&allowed, 0, sizeof allowed);
}
