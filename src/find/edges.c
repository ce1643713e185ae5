/* SPDX-License-Identifier: MIT
 * edges.c: reads the frozen heap once more, and tells all that it sees.
 *
 * What a pointer is, is what it is for the marker (find/scan.c): an aligned
 * word that points to the start or the inside of an object in use.
 */
#include "find/edges.h"

#include "base/mem.h"
#include "capture/frames.h"
#include "capture/site.h"
#include "capture/track.h"
#include "find/seed.h"
#include "heap/heap.h"
#include "world/maps.h"
#include "world/module.h"
#include "world/stop.h"
#include "world/thread.h"

enum { FRAMES_MAX = 256 };

struct walk {
    struct lgc_scan *scan;
    const struct lgc_heapdump_visitor *visitor;
    uintptr_t lo, hi;            /* between which all objects lie            */
    /* Entries come in block order: first those that are lost. */
    size_t next_lost, lost, next_possible;
};

/* Bit per site. */
static uint64_t *used;
static size_t used_size;
static uint32_t used_sites;

static void use_site(uint32_t site)
{
    if (used != NULL && site <= used_sites)
        used[site / 64] |= 1ull << (site % 64);
}

bool lgc_edges_uses_site(uint32_t site)
{
    return used == NULL || (site <= used_sites && (used[site / 64] >> (site % 64) & 1) != 0);
}

void lgc_edges_end(void)
{
    lgc_mem_unmap(used, used_size);
    used = NULL;
}

static void begin_sites(void)
{
    used_sites = lgc_site_limit();
    used_size = (used_sites / 64 + 1ul) * sizeof *used;
    used = lgc_mem_map(used_size); /* NULL: then all count as used */
}

static bool points(const struct walk *w, uintptr_t p, struct lgc_object *out)
{
    return p - w->lo < w->hi - w->lo && lgc_heap_find((void *)p, false, out);
}

static bool read_object(const struct walk *w, uintptr_t object, size_t usable)
{
    struct lgc_heapdump_edge e = { .source = object };
    uintptr_t a = (object + 7) & ~(uintptr_t)7, end = object + usable;

    for (; a + sizeof(void *) <= end; a += sizeof(void *)) {
        uintptr_t p = *(const uintptr_t *)a;
        struct lgc_object o;

        if (!points(w, p, &o))
            continue;
        e.offset = a - object;
        e.target = o.address;
        e.inside = p - o.address;
        if (!w->visitor->edge(w->visitor->arg, &e))
            return false;
    }
    return true;
}

static enum lgc_kind kind_of(struct walk *w, uintptr_t address)
{
    const struct lgc_scan *s = w->scan;

    if (w->next_lost < w->lost && s->entry[w->next_lost].address == address)
        return (enum lgc_kind)s->entry[w->next_lost++].kind;
    if (w->next_possible < s->count && s->entry[w->next_possible].address == address) {
        w->next_possible++;
        return LGC_KIND_POSSIBLE;
    }
    return LGC_KIND_REACHABLE;
}

static bool tell_object(struct walk *w, const struct lgc_block *b, unsigned slot)
{
    struct lgc_heapdump_object o = { .address = lgc_block_address(b, slot),
                                     .size = lgc_block_requested(b, slot) };
    const struct lgc_origin *from = lgc_block_origin(b, slot);
    bool internal = (*lgc_block_info(b, slot) & LGC_INFO_INTERNAL) != 0;

    o.kind = internal ? LGC_KIND_REACHABLE : kind_of(w, o.address);
    o.flags = internal ? LGC_HEAPDUMP_INTERNAL : 0;
    if (from != NULL) {
        o.site = from->site;
        o.thread = from->thread;
        o.time_ns = o.thread != 0 ? lgc_track_time_ns(from->time) : 0;
        use_site((uint32_t)o.site);
    }
    return w->visitor->object(w->visitor->arg, &o) &&
           read_object(w, o.address, lgc_heap_usable((void *)o.address));
}

static bool tell_ignored(struct walk *w, const struct lgc_block *b, unsigned slot)
{
    struct lgc_heapdump_root r = { .kind = LGC_HEAPDUMP_IGNORED,
                                   .target = lgc_block_address(b, slot) };

    return !lgc_scan_ignores(b, slot) || w->visitor->root(w->visitor->arg, &r);
}

static bool each_used(struct walk *w,
                      bool (*tell)(struct walk *w, const struct lgc_block *b, unsigned slot))
{
    for (const struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all)
        for (unsigned slot = 0; slot < b->count; slot++)
            if (lgc_block_state(b, slot) == LGC_INFO_USED && !tell(w, b, slot))
                return false;
    return true;
}

static const enum lgc_heapdump_root_kind kind_in_dump[] = {
    [LGC_ROOT_GLOBAL] = LGC_HEAPDUMP_GLOBAL,     [LGC_ROOT_STACK] = LGC_HEAPDUMP_STACK,
    [LGC_ROOT_REGISTER] = LGC_HEAPDUMP_REGISTER, [LGC_ROOT_VECTOR] = LGC_HEAPDUMP_VECTOR,
    [LGC_ROOT_TLS] = LGC_HEAPDUMP_TLS,           [LGC_ROOT_MAPPING] = LGC_HEAPDUMP_MAPPING,
    [LGC_ROOT_REGION] = LGC_HEAPDUMP_REGION,     [LGC_ROOT_LOADER] = LGC_HEAPDUMP_LOADER,
};

/* Of the thread that asked only the registers are known that a call preserves
 * (rbx rbp r12 r13 r14 r15), here as numbers of the kernel's order. */
static uint64_t register_number(const struct walk *w, const struct lgc_root *r, uintptr_t a)
{
    static const unsigned char preserved[] = { 11, 10, 4, 5, 6, 7 };
    uint64_t n = (a - r->lo) / sizeof(void *);

    return r->tid == w->scan->self->tid && n < sizeof preserved ? preserved[n] : n;
}

static bool tell_root(struct walk *w, const struct lgc_root *range)
{
    struct lgc_heapdump_root r = { .kind = kind_in_dump[range->kind],
                                   .tid = (uint64_t)range->tid };

    for (uintptr_t a = range->lo; a + sizeof(void *) <= range->hi; a += sizeof(void *)) {
        uintptr_t p = *(const uintptr_t *)a;
        struct lgc_object o;

        if (!points(w, p, &o))
            continue;
        r.slot = range->kind == LGC_ROOT_REGISTER ? register_number(w, range, a)
                 : range->kind == LGC_ROOT_VECTOR ? a - range->lo
                                                  : a;
        r.target = o.address;
        r.inside = p - o.address;
        if (!w->visitor->root(w->visitor->arg, &r))
            return false;
    }
    return true;
}

static bool tell_frames(const struct walk *w, const struct lgc_stopped *t, uintptr_t pc,
                        bool exact, uintptr_t sp, uintptr_t rbp)
{
    static struct lgc_frames_frame frame[FRAMES_MAX]; /* the stack here is small */
    const struct lgc_map *m = lgc_maps_find(sp);
    unsigned n;

    if (pc == 0 || m == NULL)
        return true;
    n = lgc_frames_walk(pc, exact, sp, rbp, m->hi, frame, FRAMES_MAX);
    for (unsigned i = 0; i < n; i++) {
        uintptr_t at = frame[i].pc - !frame[i].exact;
        long module = lgc_module_find(at, lgc_module_generation());
        struct lgc_heapdump_frame f = {
            .tid = (uint64_t)t->tid, .lo = frame[i].lo, .hi = frame[i].hi, .pc = frame[i].pc,
            .module = (uint64_t)(module + 1), .exact = frame[i].exact,
        };

        if (!w->visitor->frame(w->visitor->arg, &f))
            return false;
    }
    return true;
}

/* Numbers in the kernel's order of registers. */
enum { RBP = 10, RSP = 15, RIP = 16 };

static bool tell_stacks(const struct walk *w, const struct lgc_edges_here *here)
{
    bool ok = tell_frames(w, w->scan->self, here->pc, false, here->sp, here->rbp);

    for (size_t i = 0; i < lgc_stop_count() && ok; i++) {
        const struct lgc_stopped *t = lgc_stop_at(i);

        if (t->state == LGC_STOP_STOPPED)
            ok = tell_frames(w, t, t->registers[RIP], true, t->registers[RSP], t->registers[RBP]);
    }
    return ok;
}

bool lgc_edges_walk(struct lgc_scan *scan, const struct lgc_edges_here *here,
                    const struct lgc_heapdump_visitor *visitor)
{
    struct walk w = { .scan = scan, .visitor = visitor };
    bool ok;

    begin_sites();
    lgc_seed_heap_bounds(&w.lo, &w.hi);
    while (w.next_possible < scan->count &&
           scan->entry[w.next_possible].kind != LGC_KIND_POSSIBLE)
        w.next_possible++;
    w.lost = w.next_possible;
    ok = each_used(&w, tell_object) && each_used(&w, tell_ignored);
    for (size_t i = 0; i < lgc_root_count() && ok; i++)
        ok = tell_root(&w, lgc_root_at(i));
    return ok && tell_stacks(&w, here);
}
