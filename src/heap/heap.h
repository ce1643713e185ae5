/* SPDX-License-Identifier: MIT
 * heap.h: the allocator as the entries see it: objects in, objects out.
 *
 * All functions may be called from any thread and inside malloc, and are
 * thread-safe.  They neither set errno nor know about leaks.  Those called
 * fast are the common case, to be inlined into the entries.
 */
#ifndef LGC_HEAP_HEAP_H
#define LGC_HEAP_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "heap/block.h"
#include "heap/cache.h"
#include "heap/pagemap.h"

/* An object that is in use, found from an address. */
struct lgc_object {
    uintptr_t address;
    size_t size;                /* as requested                              */
    size_t usable;
    struct lgc_block *block;
    unsigned slot;
};

/* Leak finding keeps a byte behind every object, as libgc itself does: a
 * pointer past the end, which every full buffer has, then still points into
 * its own object and does not keep the next one alive.  (glibc's headers have
 * the same effect and cost.)  Set once, before the first allocation. */
void lgc_heap_keep_apart(bool on);
extern LGC_HIDDEN size_t lgc_heap_gap; /* that byte, or 0                               */

/* `size` bytes at a multiple of `align` (a power of two, at least 16),
 * uncleared unless `zero`; NULL without memory.  flags: LGC_INFO_FLAGS bits.  `origin` may be NULL. */
void *lgc_heap_alloc(size_t size, size_t align, bool zero, unsigned flags,
                     const struct lgc_origin *origin);

/* An object of its own pages that can become `room` >= size bytes long without
 * moving. */
void *lgc_heap_alloc_within(size_t size, size_t room, size_t align, unsigned flags,
                            const struct lgc_origin *origin);

enum lgc_freed {
    LGC_FREED,
    LGC_FREED_BEFORE,    /* the object is free already                       */
    LGC_FREED_INTERIOR,  /* p points into a live object, not to its start    */
    LGC_FREED_FOREIGN    /* p never came from here, or no longer does        */
};
enum lgc_freed lgc_heap_free(void *p);

/* What lgc_heap_free would say of p: LGC_FREED if it begins a live object. */
enum lgc_freed lgc_heap_judge(const void *p);

/* Usable bytes of the live object that begins at p; 0: none does. */
size_t lgc_heap_usable(const void *p);
size_t lgc_heap_requested(const void *p);

/* Makes the live object at p `size` bytes long without moving it, if that
 * wastes little; then it has a new origin. */
bool lgc_heap_resize(void *p, size_t size, const struct lgc_origin *origin);

/* Copies the first n bytes of one live object to another, which is to replace
 * it: the first one's contents are undefined afterwards.  Returns how many it
 * copied: none if pages could be moved. */
size_t lgc_heap_move(void *to, void *from, size_t n);

/* The live object that p points to the start or the inside of.  With `exact`
 * only the start.  Without a stopped world the answer may be outdated. */
bool lgc_heap_find(const void *p, bool exact, struct lgc_object *out);

void lgc_heap_ignore(const struct lgc_object *object);

/* The state is written last: whoever is stopped in between has no object. */
LGC_INLINE void lgc_heap_set_used(struct lgc_block *b, unsigned slot, size_t size, unsigned flags,
                                  const struct lgc_origin *origin)
{
    struct lgc_origin *place = lgc_block_origin(b, slot);

    if (origin != NULL && place != NULL)
        *place = *origin;
    __asm__ volatile("" ::: "memory");
    *lgc_block_info(b, slot) = (uint16_t)(LGC_INFO_USED | flags |
                               (lgc_block_is_large(b) ? 0 : b->object_size - size));
}

/* Requests below this size, of at most the alignment of every object, may be
 * served by lgc_heap_alloc_fast. */
LGC_INLINE size_t lgc_heap_fast_end(void) { return LGC_SIZECLASS_MAX - lgc_heap_gap + 1; }

/* As lgc_heap_alloc for `size` below the end, from the thread's own cache if it
 * has one there; else NULL. */
LGC_INLINE void *lgc_heap_alloc_fast(struct lgc_cache *cache, size_t size,
                                     const struct lgc_origin *origin)
{
    unsigned class = lgc_sizeclass_of(size + lgc_heap_gap);
    struct lgc_free f;

    if (LGC_UNLIKELY(cache->fill[class].n == 0))
        return NULL;
    f = cache->bin[class][--cache->fill[class].n];
    if (origin != NULL)
        *(struct lgc_origin *)(f.info + 1) = *origin;
    __asm__ volatile("" ::: "memory");
    *f.info = (uint16_t)(LGC_INFO_USED | (lgc_sizeclass_size[class] - size));
    cache->allocated.bytes += size;
    cache->allocated.objects++;
    if (LGC_UNLIKELY(size > cache->largest))
        cache->largest = size;
    return f.object;
}

/* Frees p if it begins a live small or medium object and its bin has room. */
LGC_INLINE bool lgc_heap_free_fast(struct lgc_cache *cache, void *p)
{
    struct lgc_block *b = lgc_pagemap_get(p);
    uint16_t *info;
    unsigned before;
    int slot;

    if (LGC_UNLIKELY(b == NULL || lgc_block_is_large(b)))
        return false;
    slot = lgc_block_slot(b, p);
    if (LGC_UNLIKELY(slot < 0))
        return false;
    info = lgc_block_info(b, (unsigned)slot);
    before = *info;
    if (LGC_UNLIKELY((before & LGC_INFO_STATE) != LGC_INFO_USED ||
                     cache->fill[b->class].n == cache->fill[b->class].limit))
        return false;
    *info = LGC_INFO_FREE;
    cache->freed.bytes += b->object_size - (before & LGC_INFO_SLACK);
    cache->freed.objects++;
    cache->bin[b->class][cache->fill[b->class].n++] = (struct lgc_free){ p, info };
    return true;
}

/* lgc_heap_usable of a small or medium object, else 0. */
LGC_INLINE size_t lgc_heap_usable_fast(const void *p)
{
    struct lgc_block *b = lgc_pagemap_get(p);
    int slot;

    if (LGC_UNLIKELY(b == NULL || lgc_block_is_large(b)))
        return 0;
    slot = lgc_block_slot(b, p);
    if (LGC_UNLIKELY(slot < 0 || lgc_block_state(b, (unsigned)slot) != LGC_INFO_USED))
        return 0;
    return b->object_size - lgc_heap_gap;
}

#endif
