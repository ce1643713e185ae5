/* SPDX-License-Identifier: MIT
 * block.c: makes, finds and refills the descriptors of blocks. */
#include "heap/block.h"

#include <string.h>
#include <sys/mman.h>

#include "base/mem.h"
#include "heap/gcheap.h"
#include "heap/pagemap.h"

/* A large object from this size on gives its pages back when it is freed. */
enum { RETURN_PAGES = 256 << 10 };

struct lgc_lock lgc_block_lock = LGC_LOCK_INIT(LGC_RANK_HEAP);

static bool with_origins;
static struct lgc_block *all, **all_end = &all; /* in the order of making     */
static struct lgc_block *partial[LGC_SIZECLASS_COUNT];
static struct lgc_block *unused_large;

void lgc_block_record_origins(bool on) { with_origins = on; }

struct lgc_block *lgc_block_first(void) { return all; }

/* Everything from here to lgc_block_take: the caller holds lgc_block_lock. */

/* [struct lgc_block][info...][sizes...][origin...] */
static struct lgc_block *new_block(unsigned count, bool medium)
{
    size_t infos = (count * sizeof(uint16_t) + 3) & ~(size_t)3;
    size_t sizes = medium ? count * sizeof(uint32_t) : 0;
    size_t origins = with_origins ? count * sizeof(struct lgc_origin) : 0;
    struct lgc_block *b = lgc_mem_alloc(sizeof *b + infos + sizes + origins);
    char *rest = (char *)(b + 1);

    if (b == NULL)
        return NULL;
    b->info = (uint16_t *)rest;
    b->sizes = medium ? (uint32_t *)(rest + infos) : NULL;
    b->origin = with_origins ? (struct lgc_origin *)(rest + infos + sizes) : NULL;
    *all_end = b;
    all_end = &b->next_all;
    return b;
}

/* A block of equal objects on `bytes` bytes from base on. */
static struct lgc_block *equal_block(uintptr_t base, size_t bytes, unsigned class)
{
    unsigned size = lgc_sizeclass_size[class], count = (unsigned)(bytes / size);
    struct lgc_block *b = new_block(count, class >= LGC_SIZECLASS_SMALL);

    if (b == NULL)
        return NULL;
    for (uintptr_t p = base; p < base + bytes; p += LGC_GCHEAP_PAGE)
        if (!lgc_pagemap_set((void *)p, b))
            return NULL; /* a descriptor of count 0 stays behind */
    b->base = base;
    b->object_size = size;
    b->reciprocal = ((1u << 22) + size - 1) / size;
    b->class = (uint8_t)class;
    b->count = (uint16_t)count;
    return b;
}

static void make_free(struct lgc_block *b, unsigned slot)
{
    uint64_t bit = 1ull << (slot % 64);

    if (b->free_map[slot / 64] & bit)
        return; /* of a cache that a fork caught while it gave this back */
    b->info[slot] = LGC_INFO_FREE;
    b->free_map[slot / 64] |= bit;
    b->nfree++;
    if (!b->listed) {
        b->listed = true;
        b->next_partial = partial[b->class];
        partial[b->class] = b;
    }
}

/* Registers a list of fresh objects.  One without memory for its descriptor
 * is given back to libgc. */
static void adopt(void *list, unsigned class)
{
    while (list != NULL) {
        void *next = *(void **)list;
        uintptr_t base = (uintptr_t)list & ~(uintptr_t)(LGC_GCHEAP_PAGE - 1);
        struct lgc_block *b = lgc_pagemap_get(list);
        int slot;

        /* libgc's link would look like the program's pointer to a neighbour. */
        *(void **)list = NULL;
        if (b == NULL || b->class != class)
            b = equal_block(base, LGC_GCHEAP_PAGE, class);
        slot = b == NULL ? -1 : lgc_block_slot(b, list);
        if (slot >= 0)
            make_free(b, (unsigned)slot);
        else
            lgc_gcheap_free(list);
        list = next;
    }
}

/* Asks libgc for more objects of the class. */
static void refill(unsigned class)
{
    struct lgc_block *b;
    void *slab;

    if (class < LGC_SIZECLASS_SMALL) {
        adopt(lgc_gcheap_many(lgc_sizeclass_size[class]), class);
        return;
    }
    slab = lgc_gcheap_opaque(LGC_SIZECLASS_SLAB);
    if (slab == NULL)
        return;
    b = equal_block((uintptr_t)slab, LGC_SIZECLASS_SLAB, class);
    if (b == NULL)
        lgc_gcheap_free(slab);
    else
        for (unsigned slot = 0; slot < b->count; slot++)
            make_free(b, slot);
}

static unsigned take_from(struct lgc_block *b, void **slot, unsigned want)
{
    unsigned n = 0;

    for (unsigned w = 0; w < 4 && n < want; w++) {
        while (b->free_map[w] != 0 && n < want) {
            unsigned bit = (unsigned)__builtin_ctzll(b->free_map[w]);

            b->free_map[w] &= b->free_map[w] - 1;
            slot[n++] = (void *)(b->base + (uintptr_t)(w * 64 + bit) * b->object_size);
        }
    }
    b->nfree = (uint16_t)(b->nfree - n);
    return n;
}

unsigned lgc_block_take(unsigned class, void **slot, unsigned want)
{
    unsigned n = 0;

    lgc_lock(&lgc_block_lock);
    while (n < want) {
        struct lgc_block *b = partial[class];

        if (b == NULL) {
            if (n > 0)
                break;
            refill(class);
            if (partial[class] == NULL)
                break;
            continue;
        }
        n += take_from(b, slot + n, want - n);
        if (b->nfree == 0) {
            partial[class] = b->next_partial;
            b->listed = false;
        }
    }
    lgc_unlock(&lgc_block_lock);
    return n;
}

void lgc_block_give(void *const *slot, unsigned n)
{
    lgc_lock(&lgc_block_lock);
    for (unsigned i = 0; i < n; i++) {
        struct lgc_block *b = lgc_pagemap_get(slot[i]);
        int at = b == NULL ? -1 : lgc_block_slot(b, slot[i]);

        if (at >= 0 && (b->info[at] & LGC_INFO_STATE) == LGC_INFO_FREE)
            make_free(b, (unsigned)at);
    }
    lgc_unlock(&lgc_block_lock);
}

/* The caller holds lgc_block_lock. */
static struct lgc_block *large_descriptor(void)
{
    struct lgc_block *b = unused_large;

    if (b != NULL)
        unused_large = b->next_unused;
    else if ((b = new_block(1, false)) != NULL)
        b->class = LGC_SIZECLASS_LARGE;
    return b;
}

static bool register_large(struct lgc_block *b, uintptr_t base, size_t size, size_t align)
{
    b->base = base;
    b->user = (base + align - 1) & ~(uintptr_t)(align - 1);
    b->requested = size;
    b->info[0] = 0;
    /* Under its base too: that is what libgc makes of an interior pointer. */
    if (!lgc_pagemap_set((void *)b->base, b) || !lgc_pagemap_set((void *)b->user, b))
        return false;
    b->count = 1;
    return true;
}

/* Made and registered under one lock, so that a check never meets an object
 * of libgc's that it does not know. */
static struct lgc_block *large_locked(size_t room, size_t size, size_t align)
{
    struct lgc_block *b = large_descriptor();
    void *p = b == NULL ? NULL : lgc_gcheap_large(room);

    if (p != NULL && register_large(b, (uintptr_t)p, size, align))
        return b;
    if (p != NULL)
        lgc_gcheap_free(p);
    if (b != NULL) {
        b->next_unused = unused_large;
        unused_large = b;
    }
    return NULL;
}

struct lgc_block *lgc_block_large(size_t size, size_t room, size_t align)
{
    struct lgc_block *b;

    room = room > 0 ? room : 1;
    if (align > LGC_GCHEAP_PAGE && __builtin_add_overflow(room, align, &room))
        return NULL;
    lgc_lock(&lgc_block_lock);
    b = large_locked(room, size, align);
    lgc_unlock(&lgc_block_lock);
    return b;
}

size_t lgc_block_large_usable(const struct lgc_block *b)
{
    return b->base + lgc_gcheap_size((void *)b->base) - b->user;
}

void lgc_block_large_free(struct lgc_block *b)
{
    void *p = (void *)b->base;
    size_t size = lgc_gcheap_size(p);

    if (size >= RETURN_PAGES)
        madvise(p, size, MADV_DONTNEED);
    lgc_lock(&lgc_block_lock);
    lgc_pagemap_set((void *)b->user, NULL);
    lgc_pagemap_set((void *)b->base, NULL);
    b->count = 0;
    b->next_unused = unused_large;
    unused_large = b;
    lgc_gcheap_free(p);
    lgc_unlock(&lgc_block_lock);
}
