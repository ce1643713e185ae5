/* SPDX-License-Identifier: MIT
 * confirm.c: one mark phase of libgc's, completed for medium objects by
 * find/mark.h, and a comparison object by object.
 *
 * libgc may reclaim what is unmarked when the mark phase ends: so before that
 * everything still unmarked is marked. */
#include "find/confirm.h"

#include "find/field.h"
#include "find/mark.h"
#include "find/reach.h"
#include "find/seed.h"
#include "heap/gcheap.h"
#include "heap/heap.h"

typedef void visit_fn(struct lgc_scan *scan, struct lgc_block *b, unsigned slot, size_t bit);

/* Calls visit for every object of every block, of any state. */
static void each_object(struct lgc_scan *scan, visit_fn *visit)
{
    for (size_t i = 0; i < lgc_field.blocks; i++)
        for (unsigned slot = 0; slot < lgc_field.block[i]->count; slot++)
            visit(scan, lgc_field.block[i], slot, (size_t)lgc_field.word[i] * 64 + slot);
}

static void mark_any(struct lgc_scan *scan, struct lgc_block *b, unsigned slot, size_t bit)
{
    (void)scan;
    (void)bit;
    lgc_mark_set(b, slot);
    if (slot == 0 && lgc_block_is_medium(b))
        lgc_gcheap_set_mark((void *)b->base); /* the slab itself lives on */
}

/* Free objects stay marked, so that nothing is traced through them. */
static void prepare(struct lgc_scan *scan, struct lgc_block *b, unsigned slot, size_t bit)
{
    (void)bit;
    if (lgc_block_state(b, slot) == LGC_INFO_USED)
        lgc_mark_clear(b, slot);
    if (lgc_scan_ignores(b, slot) && !lgc_seed_add(lgc_block_address(b, slot)))
        scan->complete = false;
}

static void compare(struct lgc_scan *scan, struct lgc_block *b, unsigned slot, size_t bit)
{
    bool by_libgc = lgc_mark_get(b, slot);

    lgc_mark_set(b, slot);
    if (lgc_block_state(b, slot) != LGC_INFO_USED)
        return;
    scan->compared++;
    if (by_libgc == ((lgc_reach_word(bit / 64) >> (bit % 64) & 1) != 0))
        return;
    scan->differ++;
    scan->differs = lgc_block_address(b, slot);
    if (by_libgc)
        lgc_reach_also(bit / 64, 1ull << (bit % 64));
}

static void on_start(void *arg) { each_object(arg, mark_any); }

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
    /* With something missed there would be differences that are none. */
    if (scan->complete)
        each_object(scan, compare);
    else
        each_object(scan, mark_any);
}

void lgc_confirm_run(struct lgc_scan *scan)
{
    struct lgc_gcheap_hooks hooks = { on_start, on_roots, on_done, scan };

    if (scan->complete)
        lgc_gcheap_mark(&hooks);
    lgc_seed_free();
}
