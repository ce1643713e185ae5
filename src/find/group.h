/* SPDX-License-Identifier: MIT
 * group.h: the entries of a scan -> a finding: grouped by site and kind, with
 * modules and threads.  Runs in the running world; allocates by base/mem. */
#ifndef LGC_FIND_GROUP_H
#define LGC_FIND_GROUP_H

#include <stdbool.h>

#include "find/finding.h"
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
/* Leaves out the losses of sites that have lost nothing fresh. */
void lgc_group_drop_old(struct lgc_finding *finding);
/* The modules alone; and one frame among them. */
bool lgc_group_modules(struct lgc_grouping *grouping);
void lgc_group_frame(uintptr_t pc, bool exact, uint32_t generation, struct lgc_frame *frame);
void lgc_group_free(struct lgc_grouping *grouping);

/* Carries `found_check` over from the scan before, whose entries are sorted by
 * address; what is new gets `check`.  Sorts this scan's entries too, and
 * makes a site of each entry's `head`, which was an index. */
void lgc_group_remember(struct lgc_scan *now, const struct lgc_scan *before, uint32_t check);

/* The lost entry at `address` in sorted entries, or NULL. */
const struct lgc_entry *lgc_group_find(const struct lgc_scan *sorted, uintptr_t address);

#endif
