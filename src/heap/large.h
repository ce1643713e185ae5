/* SPDX-License-Identifier: MIT
 * large.h: objects on pages of their own.
 *
 * Freed ones are kept for the next request of about that size, since libgc
 * searches its free pages from the beginning each time.  What is kept is
 * bounded, and goes back to libgc, which joins neighbours, before the heap
 * grows.  All functions are thread-safe and may be called inside malloc.
 */
#ifndef LGC_HEAP_LARGE_H
#define LGC_HEAP_LARGE_H

#include <stdbool.h>
#include <stddef.h>

#include "heap/block.h"

/* An object with place for `room` >= size bytes at a multiple of align,
 * registered, its state still to be set; or NULL. */
struct lgc_block *lgc_large_alloc(size_t size, size_t room, size_t align);

/* Whoever calls has set its state to free. */
void lgc_large_free(struct lgc_block *block);

/* Moves the pages that hold the first n bytes of one large object to the
 * beginning of another, which is larger; false: they must be copied.  The
 * first one's contents are undefined afterwards. */
bool lgc_large_move(const struct lgc_block *from, const struct lgc_block *to, size_t n);

/* The object's contents end after n bytes: pages behind that go to the system. */
void lgc_large_cut(const struct lgc_block *block, size_t n);

/* Gives all that is kept back to libgc, and the pages of the larger ones to the
 * system; returns whether there was anything.  The caller holds lgc_block_lock. */
bool lgc_large_release_all(void);

/* Bytes of free objects that are kept; no lock. */
size_t lgc_large_kept(void);

/* Bytes from block->user on. */
LGC_INLINE size_t lgc_large_usable(const struct lgc_block *block)
{
    return block->base + block->held - block->user;
}

#endif
