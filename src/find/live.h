/* SPDX-License-Identifier: MIT
 * live.h: which sites hold most live bytes, counted while the program runs.
 *
 * One pass over the descriptors, without a stop and without a lock: what is
 * allocated or freed meanwhile may be missed or counted, so the numbers are
 * those of no one moment.  Ignored objects count, internal ones do not. */
#ifndef LGC_FIND_LIVE_H
#define LGC_FIND_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "find/group.h"

struct lgc_live_site {
    uint32_t site;               /* 0: its stack is not known                */
    struct lgc_amount amount;
};

struct lgc_live {
    struct lgc_live_site *site;  /* largest first                            */
    size_t count, size;          /* size: bytes of the mapping               */
    struct lgc_amount total;
};

/* False: no memory.  lgc_live_free in any case. */
bool lgc_live_count(struct lgc_live *live);
void lgc_live_free(struct lgc_live *live);

/* Any amounts by site, in the shape of a finding: one group for each site and
 * kind. */
struct lgc_live_row {
    uint32_t site;
    enum lgc_kind kind;
    struct lgc_amount amount, held;
    int64_t time_ns;             /* Unix epoch; 0: none                      */
};
bool lgc_live_rows(struct lgc_grouping *grouping, const struct lgc_live_row *row, size_t n);

/* The `top` largest as groups of reachable blocks, with frames and modules;
 * takes the loader's lock.  False: no memory; lgc_group_free in any case. */
bool lgc_live_build(struct lgc_grouping *grouping, const struct lgc_live *live, size_t top);

#endif
