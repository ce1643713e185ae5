/* SPDX-License-Identifier: MIT
 * group.h: the entries of a scan -> a finding: grouped by site and kind, with
 * modules and threads.  Runs in the running world; allocates by base/mem. */
#ifndef LGC_FIND_GROUP_H
#define LGC_FIND_GROUP_H

#include <stdbool.h>

#include "find/finding.h"
#include "find/history.h"
#include "find/scan.h"

/* A finding and the memory behind it. */
struct lgc_grouping {
    struct lgc_finding finding;
    struct { void *p; size_t size; } piece[12];
    unsigned pieces;
};

/* Fills groups, modules, threads, live and total; leaves the rest zero.  Only
 * kinds in `kinds` get groups; what check `check` is the first to miss is fresh.
 * False: no memory (then there are no groups). */
bool lgc_group_build(struct lgc_grouping *grouping, const struct lgc_scan *scan, unsigned kinds,
                     uint32_t check);

/* Something that is to be listed apart from the losses: those of one section
 * and site make one group. */
struct lgc_group_extra {
    enum lgc_section section;
    uint32_t site;
    struct lgc_amount amount, fresh;
    int64_t time_ns;             /* allocated or created; 0: not known       */
    uint32_t thread;             /* id; 0: none                              */
    uint32_t growth_checks;
    int64_t growth_bytes;
};

/* The same with the growth that `history` knows of (unless NULL), and extras. */
struct lgc_group_more {
    const struct lgc_history *history;
    int64_t now_ns;
    const struct lgc_group_extra *extra;
    size_t nextra;
};
bool lgc_group_build_with(struct lgc_grouping *grouping, const struct lgc_scan *scan,
                          unsigned kinds, uint32_t check, const struct lgc_group_more *more);
/* Leaves out the losses of sites that have lost nothing fresh. */
void lgc_group_drop_old(struct lgc_finding *finding);
/* The modules alone; and one frame among them. */
bool lgc_group_modules(struct lgc_grouping *grouping);
void lgc_group_frame(uintptr_t pc, bool exact, uint32_t generation, struct lgc_frame *frame);
void lgc_group_free(struct lgc_grouping *grouping);

#endif
