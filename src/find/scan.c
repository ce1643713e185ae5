/* SPDX-License-Identifier: MIT
 * scan.c: marks with libgc, then collects and classifies what stayed unmarked.
 *
 * What is lost.  An object is lost when it is in use and libgc's marker
 * (completed for medium objects by find/mark.h) does not reach it from the roots (world/root.h), going through reachable objects
 * by any aligned word that points to the start or the inside of an object.
 *
 *  object                       before marking    after marking, unmarked
 *  in use                       -                 lost
 *  in use, ignored              counts as a root  -
 *  in use, internal             -                 silently kept
 *  free (in a cache or block)   left marked: not  -
 *                               traced through
 *
 * libgc may reclaim what is unmarked when the mark phase ends: so before that
 * everything still unmarked is marked.  Nothing is ever freed by a check.
 *
 * Kinds.  Direct and indirect: find/clique.h.  Possible: reached by the marker,
 * but not when only pointers to the start of objects count: find/exact.h.
 *
 * Not found: an object that a stale or chance word in a root or a live object
 * points to, and one whose only pointer is disguised.
 */
#include "find/scan.h"

#include <string.h>

#include "base/mem.h"
#include "capture/site.h"
#include "find/clique.h"
#include "find/exact.h"
#include "find/mark.h"
#include "find/seed.h"
#include "heap/gcheap.h"
#include "heap/heap.h"
#include "world/thread.h"

typedef void visit_fn(struct lgc_scan *scan, struct lgc_block *b, unsigned slot);

/* Calls visit for every object of every block, of any state. */
static void each_object(struct lgc_scan *scan, visit_fn *visit)
{
    for (struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all)
        for (unsigned slot = 0; slot < b->count; slot++)
            visit(scan, b, slot);
}

static unsigned state(const struct lgc_block *b, unsigned slot)
{
    return lgc_block_state(b, slot);
}

static void mark_any(struct lgc_scan *scan, struct lgc_block *b, unsigned slot)
{
    (void)scan;
    lgc_mark_set(b, slot);
    if (slot == 0 && lgc_block_is_medium(b))
        lgc_gcheap_set_mark((void *)b->base); /* the slab itself lives on */
}

bool lgc_scan_ignores(const struct lgc_block *b, unsigned slot)
{
    const struct lgc_origin *o = lgc_block_origin(b, slot);

    return state(b, slot) == LGC_INFO_USED &&
           ((*lgc_block_info(b, slot) & LGC_INFO_IGNORED) != 0 ||
            (o != NULL && o->thread != 0 && lgc_thread_at(o->thread)->left_behind));
}

/* Free objects stay marked, so that nothing is traced through them. */
static void prepare(struct lgc_scan *scan, struct lgc_block *b, unsigned slot)
{
    if (state(b, slot) == LGC_INFO_USED)
        lgc_mark_clear(b, slot);
    if (lgc_scan_ignores(b, slot) && !lgc_seed_add(lgc_block_address(b, slot)))
        scan->complete = false;
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

static void take_unmarked(struct lgc_scan *scan, struct lgc_block *b, unsigned slot)
{
    bool internal;

    if (state(b, slot) != LGC_INFO_USED)
        return;
    internal = (*lgc_block_info(b, slot) & LGC_INFO_INTERNAL) != 0;
    if (!internal) {
        scan->live.objects++;
        scan->live.bytes += lgc_block_requested(b, slot);
    }
    if (lgc_mark_get(b, slot))
        return;
    lgc_mark_set(b, slot);
    if (internal)
        return;
    if (b->lost_count == 0)
        b->lost_first = (uint32_t)scan->count;
    b->lost_count++;
    add_entry(scan, b, slot, LGC_KIND_DIRECT);
}

static void on_start(void *arg)
{
    for (struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all)
        b->lost_count = 0;
    each_object(arg, mark_any);
}

static void on_roots(void *arg)
{
    struct lgc_scan *scan = arg;
    uintptr_t lo, hi;

    if (!lgc_seed_read_roots())
        scan->complete = false;
    each_object(scan, prepare);
    lgc_seed_range(&lo, &hi);
    lgc_gcheap_push(lo, hi);
}

static void on_done(void *arg)
{
    struct lgc_scan *scan = arg;

    if (!lgc_mark_complete())
        scan->complete = false;
    each_object(arg, take_unmarked);
}

static void count(struct lgc_scan *scan, enum lgc_kind kind, size_t size)
{
    scan->total[kind].bytes += size;
    scan->total[kind].objects++;
}

static void make_sites(struct lgc_scan *scan)
{
    size_t n = lgc_site_limit() + 1ul;

    scan->by_site = lgc_mem_map(n * sizeof *scan->by_site);
    scan->sites = scan->by_site != NULL ? n : 0;
}

/* The objects that are not lost: all counted, entries for whoever asked. */
static void take_marked(struct lgc_scan *scan, struct lgc_block *b, unsigned slot)
{
    const struct lgc_origin *origin;
    enum lgc_kind kind;

    if (state(b, slot) != LGC_INFO_USED || (*lgc_block_info(b, slot) & LGC_INFO_INTERNAL) != 0 ||
        lgc_clique_entry(scan, b, lgc_block_address(b, slot)) != NULL)
        return;
    kind = lgc_exact_reached(b, slot) ? LGC_KIND_REACHABLE : LGC_KIND_POSSIBLE;
    count(scan, kind, lgc_block_requested(b, slot));
    origin = lgc_block_origin(b, slot);
    if (origin != NULL && origin->site < scan->sites) {
        scan->by_site[origin->site].bytes += lgc_block_requested(b, slot);
        scan->by_site[origin->site].objects++;
    }
    if (scan->kinds >> kind & 1)
        add_entry(scan, b, slot, kind);
}

void lgc_scan_run(struct lgc_scan *scan)
{
    struct lgc_gcheap_hooks hooks = { on_start, on_roots, on_done, scan };

    scan->complete = lgc_root_collect(&scan->roots, scan->self);
    lgc_gcheap_mark(&hooks);
    if (!lgc_clique_classify(scan))
        scan->complete = false;
    for (size_t i = 0; i < scan->count; i++)
        count(scan, scan->entry[i].kind, scan->entry[i].size);
    if (!lgc_exact_trace())
        scan->complete = false;
    if (scan->count_sites)
        make_sites(scan);
    each_object(scan, take_marked);
    lgc_exact_end();
    lgc_seed_free();
}

void lgc_scan_free(struct lgc_scan *scan)
{
    lgc_mem_unmap(scan->entry, scan->capacity * sizeof *scan->entry);
    lgc_mem_unmap(scan->by_site, scan->sites * sizeof *scan->by_site);
    scan->entry = NULL;
    scan->by_site = NULL;
    scan->count = scan->capacity = scan->sites = 0;
}
