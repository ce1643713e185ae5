/* SPDX-License-Identifier: MIT
 * region.h: sets of address ranges: mappings that the program made, and root
 * regions that it registered. */
#ifndef LGC_WORLD_REGION_H
#define LGC_WORLD_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/lock.h"

extern struct lgc_lock lgc_region_lock; /* rank REGION                        */

/* The program mapped [lo, hi) (adds, joining neighbours), or unmapped it
 * (cuts it out of whatever there is). */
void lgc_region_mapped(uintptr_t lo, uintptr_t hi);
void lgc_region_unmapped(uintptr_t lo, uintptr_t hi);
bool lgc_region_is_mapped(uintptr_t address);
void lgc_region_each_mapped(void (*each)(uintptr_t lo, uintptr_t hi, void *arg), void *arg);

/* Registered root regions; a range may be registered several times.
 * add: false without memory.  remove: false if it is not registered. */
bool lgc_region_add_root(uintptr_t lo, uintptr_t hi);
bool lgc_region_remove_root(uintptr_t lo, uintptr_t hi);
void lgc_region_each_root(void (*each)(uintptr_t lo, uintptr_t hi, void *arg), void *arg);

/* How many mappings could not be noted for lack of memory. */
size_t lgc_region_lost(void);

#endif
