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
#include "heap/sizeclass.h"

enum { LGC_CACHE_SLOTS = 64, LGC_CACHE_BYTES = 16 << 10 };

struct lgc_count { uint64_t bytes, objects; };

struct lgc_cache {
    struct { uint16_t n; void *slot[LGC_CACHE_SLOTS]; } bin[LGC_SIZECLASS_COUNT];
    struct lgc_count allocated, freed; /* by this thread, ever               */
    struct lgc_cache *next;            /* of all caches ever made            */
    bool in_use;
};

/* The calling thread's cache, made on first use; NULL once the thread has
 * given it back, or without memory. */
struct lgc_cache *lgc_cache_mine(void);

/* Gives everything back and stops using a cache; at the thread's end. */
void lgc_cache_retire(void);

/* A free object of the class, from the bin or the blocks; NULL: no memory.
 * `cache` may be NULL. */
void *lgc_cache_get(struct lgc_cache *cache, unsigned class);
void lgc_cache_put(struct lgc_cache *cache, unsigned class, void *object);

/* Counts one allocation or free of the calling thread. */
void lgc_cache_count_alloc(struct lgc_cache *cache, size_t bytes);
void lgc_cache_count_free(struct lgc_cache *cache, size_t bytes);

/* All threads' counts so far, ended ones included. */
void lgc_cache_totals(struct lgc_count *allocated, struct lgc_count *freed);

/* In the child of a fork: the other threads' caches go back to the blocks. */
void lgc_cache_fork_child(void);

/* Called once for a thread that has just got its cache (to hear of its end). */
extern void (*lgc_cache_on_new_thread)(void);

#endif
