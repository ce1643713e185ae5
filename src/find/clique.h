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

/* Sets kind, head and held of all entries, which are all lost and in the order
 * of lgc_field, that of their heap.  False: no memory; what was not come to stays
 * direct. */
bool lgc_clique_classify(struct lgc_scan *scan);

#endif
