/* SPDX-License-Identifier: MIT
 * range.h: address ranges that may overlap, and the innermost around an address. */
#ifndef LGC_TOOL_RANGE_H
#define LGC_TOOL_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lgc_range { uint64_t start, end, reach; size_t value; };

/* All zero is an empty one. */
struct lgc_ranges { struct lgc_range *list; size_t n, capacity; };

/* [start, end) means `value`.  Returns false if memory ran out. */
bool lgc_range_add(struct lgc_ranges *ranges, uint64_t start, uint64_t end, size_t value);
/* To be called once between the last add and the first find. */
void lgc_range_sort(struct lgc_ranges *ranges);
/* The range around `address` that starts last; of several, the shortest.
 * Returns false if there is none. */
bool lgc_range_find(const struct lgc_ranges *ranges, uint64_t address, size_t *value);
void lgc_range_free(struct lgc_ranges *ranges);

#endif
