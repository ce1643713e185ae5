/* SPDX-License-Identifier: MIT
 * exact.h: what is reached when only pointers to the start of an object count.
 * Runs in a snapshot after the mark phase. */
#ifndef LGC_FIND_EXACT_H
#define LGC_FIND_EXACT_H

#include <stdbool.h>

#include "heap/block.h"

/* Traces from the collected roots.  False: no memory; the answers that follow
 * are then "reached" for everything. */
bool lgc_exact_trace(void);
bool lgc_exact_reached(const struct lgc_block *block, unsigned slot);
void lgc_exact_end(void);

#endif
