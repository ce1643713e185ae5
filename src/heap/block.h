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
 *   page map ──> struct lgc_block ──> record[count]: [info 2 bytes][origin 10]
 *                     │                the origin only when leaks are looked for
 *                     └ base ──> user data, nothing else in it
 *
 * info of an object:   15        14       13 12   11    0
 *                      internal  ignored  state   slack
 *
 * The slack is what the object has more than was asked for: 12 bits suffice for
 * small and medium classes.  A large object
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
    LGC_INFO_SLACK = 0x0fff,
    LGC_INFO_STATE = 0x3000,
    LGC_INFO_FREE = 0x1000,   /* in a cache or in a block's free map         */
    LGC_INFO_USED = 0x2000,   /* the program has it                          */
    LGC_INFO_IGNORED = 0x4000, /* in use, a root, never a leak               */
    LGC_INFO_INTERNAL = 0x8000, /* made by the loader or on our behalf: no
                                  leak, but it keeps nothing alive either    */
    LGC_INFO_FLAGS = LGC_INFO_IGNORED | LGC_INFO_INTERNAL
    /* state 0: libgc has not given us this object                           */
};

/* The first line of the cache is what free reads and hardly anybody writes: the
 * threads that have objects of a block share it. */
struct lgc_block {
    uintptr_t base;              /* libgc's object (large) or block (small)  */
    char *record;                /* of object 0; the next `stride` bytes on  */
    uint32_t object_size;        /* small and medium                         */
    uint32_t reciprocal;         /* ceil(2^22 / object_size)                 */
    uint16_t count;
    uint8_t class;               /* LGC_SIZECLASS_LARGE: a large object      */
    uint8_t stride;              /* of records: with or without an origin    */
    struct lgc_block *next_all;  /* every block ever made                    */
    uint32_t mark_map;           /* scratch of a check: reached (medium)     */

    uint16_t nfree LGC_ALIGNED(64); /* bits set in free_map                  */
    bool listed;                 /* in a list of blocks with free objects    */
    struct lgc_share *share;     /* whose list that is, or will be           */
    union {
        uint64_t free_map[4];    /* objects that no cache holds              */
        struct {                 /* large:                                   */
            uintptr_t user;      /* what the program has                     */
            size_t requested;    /* bytes                                    */
            size_t held;         /* bytes from base on                       */
        };
    };
    struct lgc_block *next_partial, *prev_partial; /* next also of those given up */
    struct lgc_block *next_unused;
};

/* The blocks with free objects that one thread is served from.  Two threads in
 * one block would fight for the cache lines of its objects and records.  So a
 * block belongs to whom it served last, whoever frees its objects; one that is
 * wholly free belongs to nobody. */
struct lgc_share {
    struct lgc_block *partial[LGC_SIZECLASS_COUNT];
    bool open;                   /* false: its blocks go to nobody           */
};

/* An object that is free, with its record: what a cache holds. */
struct lgc_free {
    void *object;
    uint16_t *info;
};

/* Rank HEAP: registration, partial lists, free maps. */
extern LGC_HIDDEN struct lgc_lock lgc_block_lock;

/* Whether new blocks get origins; set once before the first block. */
void lgc_block_record_origins(bool on);

/* When leaks are looked for: overwrites what goes back to libgc.  It will serve
 * objects of another size, of which a program does not write each word: old
 * pointers between them would hide what is lost.  Not for large objects: pages
 * that were never written to would be, and realloc took twice its time. */
void lgc_block_erase(void *p, size_t bytes);

/* Moves up to `want` free objects of a class into out[], from the thread's share
 * (NULL: it has none), from nobody's, or from libgc.  Returns how many; 0: no
 * memory. */
unsigned lgc_block_take(struct lgc_share *share, unsigned class, struct lgc_free *out,
                        unsigned want);
/* Nobody has the share any more; the caller holds lgc_block_lock. */
void lgc_block_close_share(struct lgc_share *share);
/* Gives n free objects back to their blocks; those that are in use, or were
 * given back before, are passed over. */
void lgc_block_give(const struct lgc_free *given, unsigned n);

/* For heap/large.c, which holds lgc_block_lock: a descriptor of `count` objects
 * without a base, or NULL. */
struct lgc_block *lgc_block_new(unsigned count);

/* Bytes of blocks of equal objects that are all in their free maps; no lock. */
size_t lgc_block_wholly_free(void);

/* Forgets these blocks (the caller holds lgc_block_lock): slabs are with libgc
 * again; a small one is, for libgc, still full of objects, which must be swept
 * before the lock is released.  Returns them, linked by next_partial, with base
 * and class as they were. */
struct lgc_block *lgc_block_give_up(void);

/* Every block that was ever registered; retired ones have count 0. */
struct lgc_block *lgc_block_first(void);

LGC_INLINE bool lgc_block_is_large(const struct lgc_block *b)
{
    return b->class == LGC_SIZECLASS_LARGE;
}

LGC_INLINE bool lgc_block_is_medium(const struct lgc_block *b)
{
    return b->class >= LGC_SIZECLASS_SMALL && b->class < LGC_SIZECLASS_COUNT;
}

/* The records of an object; no origin when leaks are not looked for. */
LGC_INLINE uint16_t *lgc_block_info(const struct lgc_block *b, unsigned slot)
{
    return (uint16_t *)(b->record + (size_t)slot * b->stride);
}

LGC_INLINE struct lgc_origin *lgc_block_origin(const struct lgc_block *b, unsigned slot)
{
    return b->stride == sizeof(uint16_t) ? NULL
                                         : (struct lgc_origin *)(lgc_block_info(b, slot) + 1);
}

LGC_INLINE unsigned lgc_block_state(const struct lgc_block *b, unsigned slot)
{
    return *lgc_block_info(b, slot) & LGC_INFO_STATE;
}

/* Of a small or medium block. */
LGC_INLINE size_t lgc_block_bytes(const struct lgc_block *b)
{
    return lgc_block_is_medium(b) ? LGC_SIZECLASS_SLAB : 4096;
}

/* What the program asked for. */
LGC_INLINE size_t lgc_block_requested(const struct lgc_block *b, unsigned slot)
{
    return lgc_block_is_large(b) ? b->requested
                                 : b->object_size - (*lgc_block_info(b, slot) & LGC_INFO_SLACK);
}

/* Where the program's object begins. */
LGC_INLINE uintptr_t lgc_block_address(const struct lgc_block *b, unsigned slot)
{
    return lgc_block_is_large(b) ? b->user : b->base + (uintptr_t)slot * b->object_size;
}

/* The slot of p, where an object of a small or medium block begins. */
LGC_INLINE uint32_t lgc_block_slot_of(const struct lgc_block *block, const void *p)
{
    return ((uint32_t)((uintptr_t)p - block->base) * block->reciprocal) >> 22;
}

/* The same for any p on a page of the block; -1 if no object begins there. */
LGC_INLINE int lgc_block_slot(const struct lgc_block *block, const void *p)
{
    uint32_t offset = (uint32_t)((uintptr_t)p - block->base);
    uint32_t slot = lgc_block_slot_of(block, p);

    return slot * block->object_size == offset && slot < block->count ? (int)slot : -1;
}

#endif
