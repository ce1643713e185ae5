/* SPDX-License-Identifier: MIT
 * mark.h: libgc's mark of an object of any size: its bit, or for medium
 * objects, which libgc does not know one by one, our own.
 * In a snapshot, between start and end of a mark phase of find/confirm.h. */
#ifndef LGC_FIND_MARK_H
#define LGC_FIND_MARK_H

#include <stdbool.h>

#include "base/attr.h"
#include "heap/block.h"
#include "heap/gcheap.h"

/* What libgc knows a small or large object by. */
LGC_INLINE void *lgc_mark_object(const struct lgc_block *b, unsigned slot)
{
    return (void *)(b->base + (uintptr_t)slot * b->object_size);
}

LGC_INLINE bool lgc_mark_get(const struct lgc_block *b, unsigned slot)
{
    return lgc_block_is_medium(b) ? (b->mark_map >> slot & 1) != 0
                                  : lgc_gcheap_is_marked(lgc_mark_object(b, slot));
}

LGC_INLINE void lgc_mark_set(struct lgc_block *b, unsigned slot)
{
    if (lgc_block_is_medium(b))
        b->mark_map |= 1u << slot;
    else
        lgc_gcheap_set_mark(lgc_mark_object(b, slot));
}

LGC_INLINE void lgc_mark_clear(struct lgc_block *b, unsigned slot)
{
    if (lgc_block_is_medium(b))
        b->mark_map &= ~(1u << slot);
    else
        lgc_gcheap_clear_mark(lgc_mark_object(b, slot));
}

/* After libgc's marker: follows the pointers into medium objects that it
 * passed over, and what is reached through them.  False: no memory for all of
 * it; what is missed would be called lost, so everything counts as reached. */
bool lgc_mark_complete(void);

#endif
