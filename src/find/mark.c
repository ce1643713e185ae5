/* SPDX-License-Identifier: MIT
 * mark.c: completes libgc's marking through medium objects.
 *
 * libgc has marked every small and large object that is reached without going
 * through a medium one.  So the seeds are the medium objects that roots and
 * marked objects point to; from them on we trace ourselves, setting libgc's
 * marks as it would have.
 */
#include "find/mark.h"

#include "find/field.h"
#include "find/seed.h"
#include "find/trace.h"
#include "heap/heap.h"
#include "heap/pagemap.h"

static bool reach(const struct lgc_object *o)
{
    if (lgc_mark_get(o->block, o->slot))
        return false;
    lgc_mark_set(o->block, o->slot);
    return true;
}

/* Is p a pointer to a medium object that was not reached yet? */
static bool seed(const void *p, struct lgc_object *out)
{
    const struct lgc_block *b = lgc_pagemap_get(p);

    return b != NULL && lgc_block_is_medium(b) && lgc_heap_find(p, false, out) && reach(out);
}

static bool any(const void *p, struct lgc_object *out)
{
    return lgc_heap_find(p, false, out) && reach(out);
}

static bool is_used(const struct lgc_block *b, unsigned slot)
{
    return lgc_block_state(b, slot) == LGC_INFO_USED;
}

static bool there_are_any(void)
{
    for (const struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all)
        if (lgc_block_is_medium(b))
            return true;
    return false;
}

static void reach_everything(void)
{
    for (struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all)
        for (unsigned slot = 0; slot < b->count; slot++)
            lgc_mark_set(b, slot);
}

/* As libgc reads it, with what the program did not ask for. */
static void read_whole(struct lgc_trace *trace, uintptr_t object)
{
    struct lgc_spot s;

    if (lgc_field_find(object, &s))
        lgc_trace_read(trace, s.lo, s.hi);
}

bool lgc_mark_complete(void)
{
    struct lgc_trace trace = { .reach = seed };
    uintptr_t lo, hi;
    bool ok;

    if (!there_are_any())
        return true;
    lgc_seed_range(&lo, &hi);
    lgc_trace_read(&trace, lo, hi);
    for (struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all)
        for (unsigned slot = 0; slot < b->count; slot++)
            if (is_used(b, slot) && lgc_mark_get(b, slot))
                read_whole(&trace, lgc_block_address(b, slot));
    trace.reach = any;
    ok = lgc_trace_drain(&trace);
    if (!ok)
        reach_everything();
    return ok;
}
