/* SPDX-License-Identifier: MIT
 * reach.c: phases of a trace: bits of what is free, starts, insides. */
#include "find/reach.h"

#include <atomic_ops.h>
#include <string.h>

#include "base/mem.h"
#include "find/crew.h"
#include "find/pace.h"
#include "find/scan.h"
#include "find/work.h"
#include "world/root.h"
#include "world/thread.h"

enum { LINE = 64, LINES = 4 }; /* of the cache; asked for of an object */
enum { AHEAD = 16, PIECE = 64 << 10, ROOT_PIECE = 256 << 10, BLOCKS = 512, LOOK = 64 };

static struct {
    AO_t *reached, *inside;      /* inside: noted for later                  */
    uint64_t *exact;             /* NULL: as reached                         */
    size_t bytes;
    bool everything;             /* for want of memory                       */
    bool alone, any, left_behind;
    AO_t next_block;
    size_t root;                 /* the next piece; guarded by the work's lock */
    uintptr_t root_at;
} now;

struct range { uintptr_t lo, hi; };

static struct marker {
    struct lgc_work mine;
    struct range ahead[AHEAD];
    unsigned n, at;
    uint64_t lookups;            /* words that point near the heap           */
} LGC_ALIGNED(64) marker[LGC_CREW_MAX];

/* ---- bits -------------------------------------------------------------- */

/* Whether the bit was clear and is set now. */
static inline bool take(AO_t *bits, size_t bit)
{
    AO_t *word = &bits[bit / 64], one = (AO_t)1 << (bit % 64), old = AO_load(word);

    if (old & one)
        return false;
    if (now.alone) {
        AO_store(word, old | one);
        return true;
    }
    while (!AO_compare_and_swap(word, old, old | one)) {
        old = AO_load(word);
        if (old & one)
            return false;
    }
    return true;
}

/* ---- reading ----------------------------------------------------------- */

/* An object goes as its address; of a large one, which is read in pieces, the
 * address of the next piece, plus 1. */
static inline void visit(struct marker *m, uintptr_t p)
{
    struct lgc_spot s;

    m->lookups++;
    if (!lgc_field_find(p, &s) || (AO_load(&now.reached[s.bit / 64]) >> (s.bit % 64) & 1) != 0)
        return;
    if (!s.start && !now.any) {
        if (take(now.inside, s.bit))
            lgc_work_later(&m->mine, p);
    } else if (take(now.reached, s.bit)) {
        lgc_work_push(&m->mine, s.lo | s.large);
    }
}

/* Most words are not even near the heap. */
static inline void read_range(struct marker *m, uintptr_t lo, uintptr_t hi)
{
    uintptr_t first = lgc_field.lo, span = lgc_field.hi - first;

    for (; lo + sizeof(void *) <= hi; lo += sizeof(void *)) {
        uintptr_t p = *(const uintptr_t *)lo;

        if (p - first < span)
            visit(m, p);
    }
}

/* What an entry asks to be read now. */
static inline struct range range_of(struct marker *m, uintptr_t entry)
{
    uintptr_t lo = entry & ~(uintptr_t)1;
    struct lgc_spot s;

    if (!lgc_field_find(lo, &s))
        return (struct range){ lo, lo };
    if (s.hi - lo > PIECE) {
        lgc_work_push(&m->mine, (lo + PIECE) | 1);
        s.hi = lo + PIECE;
    }
    return (struct range){ lo, s.hi };
}

static inline void ask_for(struct range r)
{
    for (unsigned i = 0; i < LINES && r.lo < r.hi; i++, r.lo = (r.lo | (LINE - 1)) + 1)
        __builtin_prefetch((const void *)r.lo);
}

/* The oldest of those asked for; false: none is left. */
static inline bool next(struct marker *m, struct range *out)
{
    uintptr_t entry;

    while (m->n < AHEAD && (entry = lgc_work_pop(&m->mine)) != 0) {
        struct range r = range_of(m, entry);

        ask_for(r);
        m->ahead[(m->at + m->n++) % AHEAD] = r;
    }
    if (m->n == 0)
        return false;
    *out = m->ahead[m->at];
    m->at = (m->at + 1) % AHEAD;
    m->n--;
    return true;
}

static void drain(struct marker *m)
{
    struct range r;
    unsigned since = 0;

    while (next(m, &r)) {
        read_range(m, r.lo, r.hi);
        if (++since % LOOK != 0)
            continue;
        lgc_work_share(&m->mine);
        lgc_pace((unsigned)(m - marker));
    }
}

/* ---- where a trace begins ---------------------------------------------- */

/* The next piece of a root. */
static bool next_root(uintptr_t *lo, uintptr_t *hi)
{
    bool found = false;

    lgc_work_lock();
    while (!found && now.root < lgc_root_count()) {
        const struct lgc_root *r = lgc_root_at(now.root);
        uintptr_t begin = (r->lo + 7) & ~(uintptr_t)7;

        *lo = now.root_at > begin ? now.root_at : begin;
        *hi = *lo < r->hi && r->hi - *lo > ROOT_PIECE ? *lo + ROOT_PIECE : r->hi;
        found = *lo < *hi;
        now.root_at = *hi;
        if (*hi >= r->hi) {
            now.root++;
            now.root_at = 0;
        }
    }
    lgc_work_unlock();
    return found;
}

static void trace(unsigned number, void *unused)
{
    struct marker *m = &marker[number];
    uintptr_t lo, hi, p;

    (void)unused;
    lgc_work_enter();
    drain(m);
    while (now.any && (p = lgc_work_pop_later(&m->mine)) != 0) {
        visit(m, p);
        lgc_work_share(&m->mine);
    }
    while (!now.any && next_root(&lo, &hi)) {
        read_range(m, lo, hi);
        drain(m);
    }
    do
        drain(m);
    while (lgc_work_wait());
    lgc_work_leave(&m->mine);
}

/* ---- before a trace ---------------------------------------------------- */

/* What is free counts as reached, so that nothing is traced through it; what is
 * as good as a root is reached. */
static void prepare_block(struct marker *m, const struct lgc_block *b, size_t word)
{
    for (unsigned first = 0; first < b->count; first += 64, word++) {
        unsigned n = b->count - first < 64 ? b->count - first : 64;
        uint64_t bits = n < 64 ? ~0ull << n : 0;

        for (unsigned i = 0; i < n; i++) {
            unsigned info = *lgc_block_info(b, first + i);

            if ((info & LGC_INFO_STATE) != LGC_INFO_USED) {
                bits |= 1ull << i;
            } else if (((info & LGC_INFO_IGNORED) != 0 || now.left_behind) &&
                       lgc_scan_ignores(b, first + i)) {
                bits |= 1ull << i;
                lgc_work_push(&m->mine, lgc_block_is_large(b)
                                            ? b->base | 1
                                            : lgc_block_address(b, first + i));
            }
        }
        AO_store(&now.reached[word], bits);
    }
}

static void prepare(unsigned number, void *unused)
{
    size_t i;

    (void)unused;
    lgc_work_enter();
    while ((i = AO_fetch_and_add(&now.next_block, BLOCKS)) < lgc_field.blocks) {
        for (size_t end = i + BLOCKS; i < end && i < lgc_field.blocks; i++)
            prepare_block(&marker[number], lgc_field.block[i], lgc_field.word[i]);
        lgc_pace(number);
    }
    lgc_work_leave(&marker[number].mine);
}

static bool any_left_behind(void)
{
    for (unsigned id = 1; id <= lgc_thread_count(); id++)
        if (lgc_thread_at(id)->left_behind)
            return true;
    return false;
}

static bool get_bits(void)
{
    now.bytes = (lgc_field.words + 1) * sizeof *now.reached;
    now.reached = lgc_mem_map(now.bytes);
    now.inside = lgc_mem_map(now.bytes);
    return now.reached != NULL && now.inside != NULL;
}

/* Only pointers to the inside were left. */
static bool follow_insides(unsigned markers)
{
    if (!lgc_work_any_later())
        return true;
    now.exact = lgc_mem_map(now.bytes);
    if (now.exact == NULL)
        return false;
    memcpy(now.exact, now.reached, now.bytes);
    now.any = true;
    lgc_crew_run(markers, trace, NULL);
    return true;
}

bool lgc_reach_run(unsigned markers)
{
    bool ok;

    lgc_reach_end();
    memset(marker, 0, sizeof marker);
    markers = markers < 1 ? 1 : markers < LGC_CREW_MAX ? markers : LGC_CREW_MAX;
    now.alone = markers == 1;
    now.left_behind = any_left_behind();
    lgc_work_begin();
    ok = get_bits();
    if (ok) {
        lgc_crew_run(markers, prepare, NULL);
        lgc_crew_run(markers, trace, NULL);
        ok = follow_insides(markers);
    }
    now.everything = !lgc_work_end() || !ok;
    return !now.everything;
}

uint64_t lgc_reach_lookups(void)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < LGC_CREW_MAX; i++)
        sum += marker[i].lookups;
    return sum;
}

void lgc_reach_end(void)
{
    lgc_mem_unmap(now.reached, now.bytes);
    lgc_mem_unmap(now.inside, now.bytes);
    lgc_mem_unmap(now.exact, now.bytes);
    memset(&now, 0, sizeof now);
    now.everything = true;
}

uint64_t lgc_reach_word(size_t word)
{
    return now.everything ? ~0ull : AO_load(&now.reached[word]);
}

uint64_t lgc_reach_exact_word(size_t word)
{
    return now.everything ? ~0ull : now.exact != NULL ? now.exact[word] : lgc_reach_word(word);
}

void lgc_reach_also(size_t word, uint64_t bits)
{
    if (!now.everything)
        AO_store(&now.reached[word], AO_load(&now.reached[word]) | bits);
}
