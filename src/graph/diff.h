/* SPDX-License-Identifier: MIT
 * diff.h: what became of each site between two censuses. */
#ifndef LGC_GRAPH_DIFF_H
#define LGC_GRAPH_DIFF_H

#include "graph/census.h"

enum lgc_diff_change {
    LGC_DIFF_NEW, LGC_DIFF_GROWN, LGC_DIFF_SAME, LGC_DIFF_SHRUNK, LGC_DIFF_GONE
};

struct lgc_diff_row {
    const struct lgc_census_site *before, *after;  /* one may be NULL        */
    struct lgc_amount had, has;      /* of the kinds that both sides list    */
    struct lgc_amount had_lost, has_lost;
    enum lgc_diff_change change;     /* of all of it, by bytes, then objects */
    bool new_leak;                   /* lost nothing before, and does now    */
};

struct lgc_diff {
    struct lgc_diff_row *row;        /* new leaks first, then by growth      */
    size_t n, new_leaks;
    struct lgc_amount had, has, had_lost, has_lost;
};

/* Rows point into both.  Only kinds in `kinds` that both list count.  False:
 * out of memory. */
bool lgc_diff_make(const struct lgc_census *before, const struct lgc_census *after,
                   unsigned kinds, struct lgc_diff *out);
void lgc_diff_free(struct lgc_diff *diff);

#endif
