/* SPDX-License-Identifier: MIT
 * block.h: what we know of each block and each object, kept beside the block.
 *
 *   small    libgc's block of equal objects: 4096 bytes
 *   medium   a slab of 64 KiB with equal objects; one object for libgc, which
 *            neither searches nor resolves it: find/medium.h does.  libgc has
 *            only whole pages above 2 KiB, which would cost up to twice the
 *            memory.
 *   large    one object on pages of its own
 *
 *   page map ──> struct lgc_block ──> info[count]    2 bytes an object
 *                     │           └─> origin[count] 10 bytes, leak finding only
 *                     └ base ──> user data, nothing else in it
 *
 * info of an object:   15        14       13 12   11         0
 *                      internal  ignored  state   requested size (small)
 *
 * A medium object's requested size is in the block's own array.  A large object
 * is a block of one; its requested size is in the block.  When
 * it was made for an alignment above a page, `user` lies inside the object.
 */
#ifndef LGC_HEAP_BLOCK_H
#define LGC_HEAP_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/lock.h"
#include "heap/sizeclass.h"

/* Packed: there is one for every object. */
struct lgc_origin {
    uint32_t site;
    uint32_t time;     /* units of 2^20 ns since the library started; also
                          tells before which check it was (capture/track.h)  */
    uint16_t thread;
} __attribute__((packed, aligned(2)));

enum {
    LGC_INFO_SIZE = 0x0fff,
    LGC_INFO_STATE = 0x3000,
    LGC_INFO_FREE = 0x1000,   /* in a cache or in a block's free map         */
    LGC_INFO_USED = 0x2000,   /* the program has it                          */
    LGC_INFO_IGNORED = 0x4000, /* in use, a root, never a leak               */
    LGC_INFO_INTERNAL = 0x8000, /* made by the loader or on our behalf: no
                                  leak, but it keeps nothing alive either    */
    LGC_INFO_FLAGS = LGC_INFO_IGNORED | LGC_INFO_INTERNAL
    /* state 0: libgc has not given us this object                           */
};

struct lgc_block {
    uintptr_t base;              /* libgc's object (large) or block (small)  */
    uintptr_t user;              /* what the program has (large)             */
    size_t requested;            /* bytes (large)                            */
    uint32_t object_size;        /* small and medium                         */
    uint32_t reciprocal;         /* ceil(2^22 / object_size)                 */
    uint16_t count;
    uint8_t class;               /* LGC_SIZECLASS_LARGE: a large object      */
    bool listed;                 /* in its class's list of partial blocks    */
    uint16_t nfree;              /* bits set in free_map                     */
    uint64_t free_map[4];        /* objects that no cache holds              */
    struct lgc_block *next_partial;
    struct lgc_block *next_all;  /* every block ever made                    */
    struct lgc_block *next_unused;
    uint32_t lost_first, lost_count; /* scratch of a check: its lost entries */
    uint32_t exact_first;        /* scratch of a check: its first bit        */
    uint32_t *sizes;             /* requested bytes (medium), else NULL      */
    uint32_t mark_map;           /* scratch of a check: reached (medium)     */
    uint16_t *info;
    struct lgc_origin *origin;   /* NULL when leaks are not looked for       */
};

/* Rank HEAP: registration, partial lists, free maps. */
extern struct lgc_lock lgc_block_lock;

/* Whether new blocks get origins; set once before the first block. */
void lgc_block_record_origins(bool on);

/* Moves up to `want` free objects of a class into slot[], asking libgc when
 * no block has any.  Returns how many; 0: no memory. */
unsigned lgc_block_take(unsigned class, void **slot, unsigned want);
/* Gives n free objects back to their blocks; those that are in use, or were
 * given back before, are passed over. */
void lgc_block_give(void *const *slot, unsigned n);

/* A large object with place for `room` >= size bytes, registered, its state
 * still to be set; or NULL. */
struct lgc_block *lgc_block_large(size_t size, size_t room, size_t align);
void lgc_block_large_free(struct lgc_block *block);
/* Bytes from block->user on. */
size_t lgc_block_large_usable(const struct lgc_block *block);

/* Every block that was ever registered; retired ones have count 0. */
struct lgc_block *lgc_block_first(void);

LGC_INLINE bool lgc_block_is_large(const struct lgc_block *b)
{
    return b->class == LGC_SIZECLASS_LARGE;
}

LGC_INLINE bool lgc_block_is_medium(const struct lgc_block *b) { return b->sizes != NULL; }

/* What the program asked for. */
LGC_INLINE size_t lgc_block_requested(const struct lgc_block *b, unsigned slot)
{
    if (LGC_LIKELY(b->class < LGC_SIZECLASS_SMALL))
        return b->info[slot] & LGC_INFO_SIZE;
    return lgc_block_is_large(b) ? b->requested : b->sizes[slot];
}

/* Where the program's object begins. */
LGC_INLINE uintptr_t lgc_block_address(const struct lgc_block *b, unsigned slot)
{
    return lgc_block_is_large(b) ? b->user : b->base + (uintptr_t)slot * b->object_size;
}

/* The slot of p in a small block, or -1 if no object begins there. */
LGC_INLINE int lgc_block_slot(const struct lgc_block *block, const void *p)
{
    uint32_t offset = (uint32_t)((uintptr_t)p - block->base);
    uint32_t slot = (offset * block->reciprocal) >> 22;

    return slot * block->object_size == offset && slot < block->count ? (int)slot : -1;
}

#endif
