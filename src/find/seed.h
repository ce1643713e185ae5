/* SPDX-License-Identifier: MIT
 * seed.h: the objects that roots point to, as one array of pointers.
 *
 * libgc's mark stack takes a few thousand ranges at the start and ends the
 * process when there are more; a program can have any number of root ranges.
 * So we read the roots, and give libgc this one range. */
#ifndef LGC_FIND_SEED_H
#define LGC_FIND_SEED_H

#include <stdbool.h>
#include <stdint.h>

/* Reads the collected roots.  False: no memory for all pointers. */
bool lgc_seed_read_roots(void);

/* The addresses between which all objects lie: most words of a root are not
 * even near. */
void lgc_seed_heap_bounds(uintptr_t *lo, uintptr_t *hi);

/* One more object, by its address; false without memory. */
bool lgc_seed_add(uintptr_t address);

/* The array; valid until the next call of the others. */
void lgc_seed_range(uintptr_t *lo, uintptr_t *hi);
void lgc_seed_free(void);

#endif
