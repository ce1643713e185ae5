/* SPDX-License-Identifier: MIT
 * apart.h: what a report lists apart from lost blocks, gathered for one check:
 * suspects, threads that nobody joined, and what was given back. */
#ifndef LGC_RUN_APART_H
#define LGC_RUN_APART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "find/group.h"

struct lgc_apart {
    struct lgc_group_extra *extra;
    size_t count, room;
    uint32_t unjoined;           /* threads                                  */
    uint32_t check;
    int64_t now_ns;
    bool short_of_memory;
};

/* One more, unless there is no memory. */
void lgc_apart_add(struct lgc_apart *apart, const struct lgc_group_extra *extra);

/* Begins with the threads; and then, after lgc_past_add, the suspects. */
void lgc_apart_begin(struct lgc_apart *apart, uint32_t check, int64_t now_ns);
void lgc_apart_add_suspects(struct lgc_apart *apart);

/* Builds the groups of these kinds of the scan with them.  False: no memory. */
bool lgc_apart_group(const struct lgc_apart *apart, struct lgc_grouping *grouping,
                     const struct lgc_scan *scan, unsigned kinds);

void lgc_apart_free(struct lgc_apart *apart);

#endif
