/* SPDX-License-Identifier: MIT
 * heap.c: allocates from a thread's cache or as a large object, and keeps the
 * record beside each object. */
#include "heap/heap.h"

#include <string.h>
#include <sys/mman.h>

#include "heap/gcheap.h"
#include "heap/large.h"

/* From this size on zeroing asks the system for fresh pages instead. */
enum { ZERO_BY_SYSTEM = 512 << 10 };

size_t lgc_heap_gap;

void lgc_heap_keep_apart(bool on) { lgc_heap_gap = on; }

/* Its address is read before it counts as in use (the barrier in
 * lgc_heap_set_used keeps it so): whoever is stopped in between must have it on
 * the stack or in a register, or a check would call the object lost. */
void *lgc_heap_alloc_within(size_t size, size_t room, size_t align, unsigned flags,
                            const struct lgc_origin *origin)
{
    struct lgc_block *b = room > PTRDIFF_MAX ? NULL : lgc_large_alloc(size, room + lgc_heap_gap, align);
    void *p;

    if (b == NULL)
        return NULL;
    p = (void *)b->user;
    lgc_heap_set_used(b, 0, size, flags, origin);
    lgc_cache_count_alloc(lgc_cache_mine(), size);
    return p;
}

static void clear_large(void *p, size_t size)
{
    const struct lgc_block *b = lgc_pagemap_of(p);

    if (size < ZERO_BY_SYSTEM || madvise((void *)b->base, b->held, MADV_DONTNEED) != 0)
        memset(p, 0, size);
}

static void *alloc_large(size_t size, size_t align, bool zero, unsigned flags,
                         const struct lgc_origin *origin)
{
    void *p = lgc_heap_alloc_within(size, size, align, flags, origin);

    if (p != NULL && zero)
        clear_large(p, size);
    return p;
}

/* One object straight from the blocks, for a thread without a cache. */
static void *get(struct lgc_cache *cache, unsigned class)
{
    struct lgc_free one = { NULL, NULL }, *f = &one;

    if (LGC_LIKELY(cache != NULL))
        f = lgc_cache_get(cache, class);
    else
        lgc_block_take(NULL, class, &one, 1);
    return f == NULL ? NULL : f->object;
}

void *lgc_heap_alloc(size_t size, size_t align, bool zero, unsigned flags,
                     const struct lgc_origin *origin)
{
    unsigned class = LGC_UNLIKELY(size > LGC_SIZECLASS_MAX - lgc_heap_gap) ? LGC_SIZECLASS_LARGE
                     : LGC_LIKELY(align <= 16) ? lgc_sizeclass_of(size + lgc_heap_gap)
                                               : lgc_sizeclass_aligned(size + lgc_heap_gap, align);
    struct lgc_cache *cache;
    struct lgc_block *b;
    void *p;

    if (class == LGC_SIZECLASS_LARGE)
        return alloc_large(size, align, zero, flags, origin);
    cache = lgc_cache_mine();
    p = get(cache, class);
    if (p == NULL)
        return NULL;
    b = lgc_pagemap_of(p); /* what a cache holds came from a block */
    lgc_heap_set_used(b, lgc_block_slot_of(b, p), size, flags, origin);
    lgc_cache_count_alloc(cache, size);
    if (zero)
        memset(p, 0, size);
    return p;
}

/* The block and slot of the object that begins at p, in any state. */
static struct lgc_block *object_at(const void *p, unsigned *slot)
{
    struct lgc_block *b = lgc_pagemap_get(p);
    int found;

    if (b == NULL)
        return NULL;
    if (lgc_block_is_large(b)) {
        *slot = 0;
        return b->user == (uintptr_t)p ? b : NULL;
    }
    found = lgc_block_slot(b, p);
    *slot = (unsigned)found;
    return found >= 0 ? b : NULL;
}

enum lgc_freed lgc_heap_judge(const void *p)
{
    struct lgc_object o;
    unsigned slot;
    struct lgc_block *b = object_at(p, &slot);

    if (b != NULL && lgc_block_state(b, slot) == LGC_INFO_USED)
        return LGC_FREED;
    if (b != NULL && lgc_block_state(b, slot) == LGC_INFO_FREE)
        return LGC_FREED_BEFORE;
    return lgc_heap_find(p, false, &o) ? LGC_FREED_INTERIOR : LGC_FREED_FOREIGN;
}

enum lgc_freed lgc_heap_free(void *p)
{
    unsigned slot;
    struct lgc_block *b = object_at(p, &slot);

    if (LGC_UNLIKELY(b == NULL || lgc_block_state(b, slot) != LGC_INFO_USED))
        return lgc_heap_judge(p);
    if (lgc_block_is_large(b)) {
        lgc_cache_count_free(lgc_cache_mine(), b->requested);
        *lgc_block_info(b, 0) = LGC_INFO_FREE;
        lgc_large_free(b);
    } else {
        struct lgc_cache *cache = lgc_cache_mine();

        lgc_cache_count_free(cache, lgc_block_requested(b, slot));
        *lgc_block_info(b, slot) = LGC_INFO_FREE;
        if (LGC_LIKELY(cache != NULL))
            lgc_cache_put(cache, b->class, p, lgc_block_info(b, slot));
        else
            lgc_block_give(&(struct lgc_free){ p, NULL }, 1);
    }
    return LGC_FREED;
}

static size_t usable_of(const struct lgc_block *b)
{
    return (lgc_block_is_large(b) ? lgc_large_usable(b) : b->object_size) - lgc_heap_gap;
}

static struct lgc_block *live_at(const void *p, unsigned *slot)
{
    struct lgc_block *b = object_at(p, slot);

    return b != NULL && lgc_block_state(b, *slot) == LGC_INFO_USED ? b : NULL;
}

size_t lgc_heap_usable(const void *p)
{
    unsigned slot;
    struct lgc_block *b = live_at(p, &slot);

    return b == NULL ? 0 : usable_of(b);
}

size_t lgc_heap_requested(const void *p)
{
    unsigned slot;
    struct lgc_block *b = live_at(p, &slot);

    return b == NULL ? 0 : lgc_block_requested(b, slot);
}

/* A shrunk object stays as long as it fills half of its place and its slack can
 * be noted; a large one longer, for its last pages go back (lgc_large_cut). */
static bool fits(const struct lgc_block *b, size_t size, size_t room)
{
    if (lgc_block_is_large(b))
        return size <= room && size >= room / 8 && size > LGC_SIZECLASS_MAX;
    return size <= room && (size >= room / 2 || room <= 32) &&
           b->object_size - size <= LGC_SIZECLASS_SLACK;
}

bool lgc_heap_resize(void *p, size_t size, const struct lgc_origin *origin)
{
    unsigned slot;
    struct lgc_block *b = live_at(p, &slot);
    struct lgc_cache *cache;

    if (b == NULL)
        return false;
    if (!fits(b, size, usable_of(b)))
        return false;
    cache = lgc_cache_mine();
    lgc_cache_count_free(cache, lgc_block_requested(b, slot));
    lgc_cache_count_alloc(cache, size);
    if (lgc_block_is_large(b)) {
        if (size < b->requested)
            lgc_large_cut(b, size + lgc_heap_gap);
        b->requested = size;
    }
    lgc_heap_set_used(b, slot, size, *lgc_block_info(b, slot) & LGC_INFO_FLAGS, origin);
    return true;
}

size_t lgc_heap_move(void *to, void *from, size_t n)
{
    const struct lgc_block *a = lgc_pagemap_get(from), *b = lgc_pagemap_get(to);

    if (lgc_block_is_large(a) && lgc_block_is_large(b) && lgc_large_move(a, b, n))
        return 0;
    memcpy(to, from, n);
    return n;
}

/* The block around p, and the slot that p lies in; no lock. */
static struct lgc_block *around(const void *p, unsigned *slot)
{
    struct lgc_block *b = lgc_pagemap_get(p);
    void *base;

    if (b != NULL && lgc_block_is_medium(b)) {
        *slot = (unsigned)(((uintptr_t)p - b->base) / b->object_size);
        return *slot < b->count ? b : NULL;
    }
    base = lgc_gcheap_base(p);
    b = base == NULL ? NULL : lgc_pagemap_get(base);
    if (b == NULL)
        return NULL;
    *slot = lgc_block_is_large(b) ? 0 : (unsigned)lgc_block_slot(b, base);
    return *slot < b->count ? b : NULL;
}

bool lgc_heap_find(const void *p, bool exact, struct lgc_object *out)
{
    unsigned slot;
    struct lgc_block *b = live_at(p, &slot);

    if (b == NULL && !exact)
        b = around(p, &slot);
    if (b == NULL || lgc_block_state(b, slot) != LGC_INFO_USED)
        return false;
    out->block = b;
    out->slot = slot;
    out->address = lgc_block_address(b, slot);
    out->size = lgc_block_requested(b, slot);
    out->usable = usable_of(b);
    return true;
}

void lgc_heap_ignore(const struct lgc_object *o) { *lgc_block_info(o->block, o->slot) |= LGC_INFO_IGNORED; }
