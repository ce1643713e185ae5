/* SPDX-License-Identifier: MIT
 * mem.h: memory for our own tables, straight from the system.
 *
 * Never malloc, never a root.  Zeroed.  Callable anywhere, also inside malloc
 * and by the thread that has stopped the world.
 */
#ifndef LGC_BASE_MEM_H
#define LGC_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whole pages of their own, or NULL.  unmap takes the same size. */
void *lgc_mem_map(size_t size);
void lgc_mem_unmap(void *p, size_t size);

/* The same, but a copy of this process (find/child.h) shares it; nothing is
 * set aside for it until it is touched. */
void *lgc_mem_map_shared(size_t size);

/* A small piece that is never given back, aligned to 16, or to 64 (a cache
 * line); or NULL. */
void *lgc_mem_alloc(size_t size);
void *lgc_mem_alloc_lines(size_t size);

/* Grows a table of *capacity entries of `entry` bytes to at least `need`, by
 * doubling; moves it and returns the new place, or NULL (the old one stays). */
void *lgc_mem_grow(void *table, size_t *capacity, size_t need, size_t entry);

/* A range that belongs to the library (ours or libgc's): never a root. */
void lgc_mem_own(const void *p, size_t size);
void lgc_mem_disown(const void *p, size_t size);
/* Calls each(lo, hi) for every such range. */
void lgc_mem_each_own(void (*each)(uintptr_t lo, uintptr_t hi, void *arg), void *arg);

/* How often lgc_mem_unmap gave memory back so far. */
size_t lgc_mem_unmaps(void);

/* Bytes mapped now. */
size_t lgc_mem_total(void);

/* Tests: the n-th following mapping fails (and all after it); 0: none. */
void lgc_mem_fail_after(unsigned n);

struct lgc_lock;
extern struct lgc_lock lgc_mem_lock; /* rank MEM, for fork and checks        */

#endif
