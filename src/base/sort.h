/* SPDX-License-Identifier: MIT
 * sort.h: qsort without malloc.
 *
 * libc's takes its buffer from malloc, which is ours: what a check sorts, addresses
 * of lost blocks, would stay behind in free memory of the program's heap, and later
 * look like its pointers. */
#ifndef LGC_BASE_SORT_H
#define LGC_BASE_SORT_H

#include <stddef.h>

/* Sorts n elements of `size` bytes, at most LGC_SORT_SIZE; equal ones stay in their order
 * if there is memory for a buffer.  Any thread, also inside malloc. */
enum { LGC_SORT_SIZE = 512 };
void lgc_sort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *));

#endif
