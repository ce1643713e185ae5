/* SPDX-License-Identifier: MIT
 * malloc.h: what other exported functions share with the malloc family. */
#ifndef LGC_ENTRY_MALLOC_H
#define LGC_ENTRY_MALLOC_H

#include <stddef.h>

#include "capture/caller.h"

/* As memalign for a power of two; `caller` is the operator's.
 * NULL without memory; errno then says so. */
void *lgc_malloc_for_new(size_t size, size_t align, const struct lgc_caller *caller);

/* As calloc and realloc. */
void *lgc_malloc_cleared(size_t n, size_t size, const struct lgc_caller *caller);
void *lgc_malloc_resize(void *p, size_t size, const struct lgc_caller *caller);
/* As memalign and posix_memalign, of any alignment. */
void *lgc_malloc_aligned(size_t align, size_t size, const struct lgc_caller *caller);
int lgc_malloc_posix_aligned(void **out, size_t align, size_t size, const struct lgc_caller *caller);

/* As free, called `function` in messages. */
void lgc_malloc_release(void *p, const char *function);

#endif
