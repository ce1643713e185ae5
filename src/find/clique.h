/* SPDX-License-Identifier: MIT
 * clique.h: which lost objects are heads (direct) and which hang on them.
 *
 * Every lost object ends in exactly one clique: that of a head from which it
 * is reached.  No head is reached from another one, so a lost cycle that
 * nothing else holds has exactly one head.
 */
#ifndef LGC_FIND_CLIQUE_H
#define LGC_FIND_CLIQUE_H

#include <stdbool.h>

#include "find/scan.h"

/* Sets kind, head and held of all entries.  False: no memory for the work
 * list; what it did not reach stays direct. */
bool lgc_clique_classify(struct lgc_scan *scan);

/* The entry of the lost object at `address` in `block`, or NULL. */
struct lgc_entry *lgc_clique_entry(struct lgc_scan *scan, const struct lgc_block *block,
                                   uintptr_t address);

#endif
