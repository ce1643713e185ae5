/* SPDX-License-Identifier: MIT
 * cache.h: each thread's own stock of free objects, so that the common
 * malloc and free take no lock.
 *
 * A bin is an array of pointers: freed memory is not written to, so a program
 * that uses freed memory cannot break our lists.  A full bin gives half back
 * to the blocks, an empty one takes half a bin.  Only its thread touches it.
 */
#ifndef LGC_HEAP_CACHE_H
#define LGC_HEAP_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "heap/block.h"
#include "heap/sizeclass.h"

enum { LGC_CACHE_SLOTS = 128, LGC_CACHE_BYTES = 32 << 10 };

struct lgc_count { uint64_t bytes, objects; };

struct lgc_cache {
    size_t fast_end;              /* requests below need no look at the state
                                     of anything but this thread; 0: all do  */
    uint16_t thread;              /* its id, for origins                     */
    bool detour;                  /* its thread makes no fast requests       */
    struct lgc_count allocated, freed; /* by this thread, ever               */
    size_t largest;               /* request of this thread                  */
    struct { uint16_t n, limit; } fill[LGC_SIZECLASS_COUNT]; /* of each bin  */
    struct lgc_free bin[LGC_SIZECLASS_COUNT][LGC_CACHE_SLOTS];
    struct lgc_share share;       /* guarded by lgc_block_lock               */
    struct lgc_cache *next;       /* of all caches ever made                 */
    bool in_use;
};

/* The calling thread's cache, or NULL: it has none yet, or none any more. */
extern LGC_HIDDEN LGC_TLS struct lgc_cache *lgc_cache_self;

/* How many objects of a class a thread keeps, at most LGC_CACHE_SLOTS; before
 * the first cache. */
void lgc_cache_keep(unsigned objects);

/* Sets fast_end of all threads, present and to come, that do not detour. */
void lgc_cache_set_fast_end(size_t end);
/* Whether the calling thread, of this id, makes fast requests.  A fresh cache
 * makes none. */
void lgc_cache_set_detour(bool detour, uint16_t thread);

/* The calling thread's cache, made on first use; NULL once the thread has
 * given it back, or without memory. */
struct lgc_cache *lgc_cache_mine(void);

/* Gives everything back and stops using a cache; at the thread's end. */
void lgc_cache_retire(void);

/* The slow halves of get and put: an empty bin takes some from the blocks
 * (false: there is no memory), a full one gives some back. */
bool lgc_cache_refill(struct lgc_cache *cache, unsigned class);
void lgc_cache_spill(struct lgc_cache *cache, unsigned class);

/* A free object of the class, to be read at once, from the bin or the blocks; NULL: no memory. */
LGC_INLINE struct lgc_free *lgc_cache_get(struct lgc_cache *c, unsigned class)
{
    if (LGC_UNLIKELY(c->fill[class].n == 0) && !lgc_cache_refill(c, class))
        return NULL;
    return &c->bin[class][--c->fill[class].n];
}

LGC_INLINE void lgc_cache_put(struct lgc_cache *c, unsigned class, void *object, uint16_t *info)
{
    if (LGC_UNLIKELY(c->fill[class].n == c->fill[class].limit))
        lgc_cache_spill(c, class);
    c->bin[class][c->fill[class].n++] = (struct lgc_free){ object, info };
}

/* Counts one allocation or free of the calling thread; `cache` may be NULL. */
void lgc_cache_count_alloc(struct lgc_cache *cache, size_t bytes);
void lgc_cache_count_free(struct lgc_cache *cache, size_t bytes);

/* All threads' counts so far, ended ones included; the largest request. */
void lgc_cache_totals(struct lgc_count *allocated, struct lgc_count *freed);
uint64_t lgc_cache_largest(void);

/* Shows the objects that threads have freed last, the `depth` topmost of each
 * bin, while they go on: what is read of a record may be that of another
 * object by then.  Takes lgc_block_lock. */
void lgc_cache_each_freed(unsigned depth, void (*each)(const uint16_t *info, size_t size, void *arg),
                          void *arg);

/* In the child of a fork: the other threads' caches go back to the blocks. */
void lgc_cache_fork_child(void);

/* Called once for a thread that has just got its cache (to hear of its end). */
extern void (*lgc_cache_on_new_thread)(void);

#endif
