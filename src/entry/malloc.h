/* SPDX-License-Identifier: MIT
 * malloc.h: what the C++ operators share with the malloc family. */
#ifndef LGC_ENTRY_MALLOC_H
#define LGC_ENTRY_MALLOC_H

#include <stddef.h>

#include "capture/caller.h"

/* As memalign for a power of two; `caller` is the operator's.
 * NULL without memory. */
void *lgc_malloc_for_new(size_t size, size_t align, const struct lgc_caller *caller);

/* As free, called `function` in messages. */
void lgc_malloc_release(void *p, const char *function);

#endif
