/* SPDX-License-Identifier: MIT
 * maps.h: the process's memory map, as the kernel tells it.
 *
 * The only file that parses /proc/self/maps.  Read by the thread that has
 * stopped the world, so that no root range is touched that is not readable. */
#ifndef LGC_WORLD_MAPS_H
#define LGC_WORLD_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lgc_map {
    uintptr_t lo, hi;
    bool readable, writable, private, anonymous;
};

/* Reads the map again.  False: not all of it could be read. */
bool lgc_maps_read(void);

/* The mapping around `a`, or NULL. */
const struct lgc_map *lgc_maps_find(uintptr_t a);

/* Calls each(lo, hi) for the readable parts of [lo, hi). */
void lgc_maps_clip(uintptr_t lo, uintptr_t hi,
                   void (*each)(uintptr_t lo, uintptr_t hi, void *arg), void *arg);

#endif
