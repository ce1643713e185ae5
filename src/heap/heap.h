/* SPDX-License-Identifier: MIT
 * heap.h: the allocator as the entries see it: objects in, objects out.
 *
 * All functions may be called from any thread and inside malloc, and are
 * thread-safe.  They neither set errno nor know about leaks.
 */
#ifndef LGC_HEAP_HEAP_H
#define LGC_HEAP_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap/block.h"
#include "heap/cache.h"

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

/* `size` bytes at a multiple of `align` (a power of two, at least 16),
 * uncleared unless `zero`; NULL without memory.  flags: LGC_INFO_FLAGS bits.  `origin` may be NULL. */
void *lgc_heap_alloc(size_t size, size_t align, bool zero, unsigned flags,
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

/* The live object that p points to the start or the inside of.  With `exact`
 * only the start.  Without a stopped world the answer may be outdated. */
bool lgc_heap_find(const void *p, bool exact, struct lgc_object *out);

void lgc_heap_ignore(const struct lgc_object *object);

/* The largest request that was ever served. */
uint64_t lgc_heap_largest(void);

#endif
