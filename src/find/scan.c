/* SPDX-License-Identifier: MIT
 * scan.c: traces, then collects and classifies what was not reached.
 *
 * What is lost.  An object is lost when it is in use and libgc's marker would
 * not reach it from the roots (world/root.h), going through reachable objects
 * by any aligned word that points to the start or the inside of an object.
 * find/reach.h finds the same, faster; find/confirm.h compares.
 *
 *  object                       before the trace  afterwards, not reached
 *  in use                       -                 lost
 *  in use, ignored              counts as a root  -
 *  in use, internal             -                 silently kept
 *  free (in a cache or block)   counts as reached: -
 *                               not traced through
 *
 * Nothing is ever freed by a check.
 *
 * Kinds.  Direct and indirect: find/clique.h.  Possible: reached, but not when
 * only pointers to the start of objects count.
 *
 * Not found: an object that a stale or chance word in a root or a live object
 * points to, and one whose only pointer is disguised.
 */
#include "find/scan.h"

#include <string.h>

#include "base/mem.h"
#include "capture/site.h"
#include "find/clique.h"
#include "find/confirm.h"
#include "find/field.h"
#include "find/pace.h"
#include "find/reach.h"
#include "find/tally.h"
#include "heap/heap.h"
#include "world/thread.h"

bool lgc_scan_ignores(const struct lgc_block *b, unsigned slot)
{
    const struct lgc_origin *o = lgc_block_origin(b, slot);

    return lgc_block_state(b, slot) == LGC_INFO_USED &&
           ((*lgc_block_info(b, slot) & LGC_INFO_IGNORED) != 0 ||
            (o != NULL && o->thread != 0 && lgc_thread_at(o->thread)->left_behind));
}

static void add_entry(struct lgc_scan *scan, const struct lgc_block *b, unsigned slot,
                      enum lgc_kind kind)
{
    struct lgc_entry *grown =
        lgc_mem_grow(scan->entry, &scan->capacity, scan->count + 1, sizeof *grown), *e;

    if (grown == NULL) {
        scan->complete = false;
        return;
    }
    scan->entry = grown;
    e = &grown[scan->count];
    memset(e, 0, sizeof *e);
    e->address = lgc_block_address(b, slot);
    e->size = lgc_block_requested(b, slot);
    if (lgc_block_origin(b, slot) != NULL)
        e->origin = *lgc_block_origin(b, slot);
    e->head = (uint32_t)scan->count;
    e->kind = (uint8_t)kind;
    scan->count++;
}

enum { PIECE = 512 }; /* blocks, between two looks at the time                */

/* The bits of so many objects; behind them a word has some that are set. */
static uint64_t there_are(unsigned objects) { return objects < 64 ? (1ull << objects) - 1 : ~0ull; }

typedef void take_fn(struct lgc_scan *scan, struct lgc_block *b, unsigned slot);

/* Visits the objects whose bit is set in what choose says of a word. */
static void each_chosen(struct lgc_scan *scan, uint64_t (*choose)(size_t word), take_fn *take)
{
    for (size_t i = 0; i < lgc_field.blocks; i++) {
        struct lgc_block *b = lgc_field.block[i];
        size_t word = lgc_field.word[i];

        if (i % PIECE == 0)
            lgc_pace(0);
        for (unsigned first = 0; first < b->count; first += 64, word++)
            for (uint64_t bits = choose(word) & there_are(b->count - first); bits != 0; bits &= bits - 1)
                take(scan, b, first + (unsigned)__builtin_ctzll(bits));
    }
}

static uint64_t lost(size_t word) { return ~lgc_reach_word(word); }
static uint64_t possible(size_t word) { return lgc_reach_word(word) & ~lgc_reach_exact_word(word); }
static uint64_t exact(size_t word) { return lgc_reach_exact_word(word); }

static void take_lost(struct lgc_scan *scan, struct lgc_block *b, unsigned slot)
{
    if ((*lgc_block_info(b, slot) & LGC_INFO_INTERNAL) == 0)
        add_entry(scan, b, slot, LGC_KIND_DIRECT);
}

static bool listed(const struct lgc_block *b, unsigned slot)
{
    return lgc_block_state(b, slot) == LGC_INFO_USED &&
           (*lgc_block_info(b, slot) & LGC_INFO_INTERNAL) == 0;
}

static void take_possible(struct lgc_scan *scan, struct lgc_block *b, unsigned slot)
{
    if (listed(b, slot))
        add_entry(scan, b, slot, LGC_KIND_POSSIBLE);
}

static void take_exact(struct lgc_scan *scan, struct lgc_block *b, unsigned slot)
{
    if (listed(b, slot))
        add_entry(scan, b, slot, LGC_KIND_REACHABLE);
}

static void make_sites(struct lgc_scan *scan)
{
    size_t n = lgc_site_limit() + 1ul;

    scan->by_site = lgc_mem_map(n * sizeof *scan->by_site);
    scan->sites = scan->by_site != NULL ? n : 0;
}

static void find_lost(struct lgc_scan *scan)
{
    scan->count = 0;
    each_chosen(scan, lost, take_lost);
}

static void classify(struct lgc_scan *scan)
{
    if (!lgc_clique_classify(scan))
        scan->complete = false;
    for (size_t i = 0; i < scan->count; i++) {
        scan->total[scan->entry[i].kind].bytes += scan->entry[i].size;
        scan->total[scan->entry[i].kind].objects++;
    }
}

void lgc_scan_run(struct lgc_scan *scan)
{
    unsigned markers = scan->markers > 0 ? scan->markers : 1;

    scan->complete = lgc_root_collect(&scan->roots, scan->self);
    scan->tried = lgc_root_tried();
    if (!lgc_field_make() || !lgc_reach_run(markers))
        scan->complete = false;
    find_lost(scan);
    if (scan->confirm == LGC_CONFIRM_ALL || (scan->confirm == LGC_CONFIRM_LOST && scan->count > 0))
        lgc_confirm_run(scan);
    if (scan->differ > 0)
        find_lost(scan); /* without what libgc's marker reaches */
    classify(scan);
    if (scan->count_sites)
        make_sites(scan);
    lgc_tally_run(scan, markers);
    if (scan->kinds >> LGC_KIND_POSSIBLE & 1)
        each_chosen(scan, possible, take_possible);
    if (scan->kinds >> LGC_KIND_REACHABLE & 1)
        each_chosen(scan, exact, take_exact);
    lgc_reach_end();
    lgc_field_free();
}

void lgc_scan_free(struct lgc_scan *scan)
{
    lgc_mem_unmap(scan->entry, scan->capacity * sizeof *scan->entry);
    lgc_mem_unmap(scan->by_site, scan->sites * sizeof *scan->by_site);
    scan->entry = NULL;
    scan->by_site = NULL;
    scan->count = scan->capacity = scan->sites = 0;
}
