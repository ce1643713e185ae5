/* SPDX-License-Identifier: MIT
 * numbers.h: how much memory there is, and what it is used for.
 *
 * Sums of what threads and heap count anyway; nothing is searched and nobody is
 * stopped, so the numbers are not those of one moment. */
#ifndef LGC_RUN_NUMBERS_H
#define LGC_RUN_NUMBERS_H

#include "leaksgc.h"

/* The heap now.  Inside the guard. */
void lgc_numbers_heap(struct leaksgc_heap *out);

/* What leaksgc_result has of Go's runtime.MemStats, but for lookups and
 * heap_objects. */
void lgc_numbers_fill(struct leaksgc_result *out);

#endif
