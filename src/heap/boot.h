/* SPDX-License-Identifier: MIT
 * boot.h: memory for requests that come while the library itself starts.
 *
 * A static pool that is never reused.  Its pointers are recognised by address;
 * what they hold is a root, since the program may keep pointers there. */
#ifndef LGC_HEAP_BOOT_H
#define LGC_HEAP_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed; NULL when the pool is used up. */
void *lgc_boot_alloc(size_t size, size_t align);
bool lgc_boot_owns(const void *p);
size_t lgc_boot_size(const void *p);
/* The used part of the pool. */
void lgc_boot_range(uintptr_t *lo, uintptr_t *hi);

#endif
