/* SPDX-License-Identifier: MIT
 * gcpool.h: memory set aside for libgc's first requests.
 *
 * libgc ends the process when it cannot start for lack of memory.  So what it
 * needs to start is reserved first: if that fails, libgc is not started.  And
 * it loses track of its free memory, and crashes, when it gets no place for a
 * header later: that too is set aside. */
#ifndef LGC_HEAP_GCPOOL_H
#define LGC_HEAP_GCPOOL_H

#include <stdbool.h>
#include <stddef.h>

/* Once, before lgc_gcheap_init.  False: there is no memory. */
bool lgc_gcpool_reserve(void);

/* Zeroed whole pages, or NULL when the pool is used up; by libgc's mmap. */
void *lgc_gcpool_take(size_t size);

/* The same, when the system has refused: only what headers are made of. */
void *lgc_gcpool_take_last(size_t size);

/* Bytes handed out by the two. */
size_t lgc_gcpool_used(void);

#endif
