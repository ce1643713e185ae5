/* SPDX-License-Identifier: MIT
 * history.h: what a check knows of those before it.
 *
 *   records   one for each object that the last check called lost (and for the
 *             others that it was asked to list), sorted by address; an address
 *             that is used again has a record of its own only if the object is
 *             the same: same site, same time
 *   sites     one for each site id: how what it has lost grew, and how what is
 *             reachable of it grew
 *
 * Suspects.  A site is one when the bytes reachable of it rose in each of the
 * last `suspect_checks` checks, and do not level off: what they rose by lately
 * (an average that halves the weight of the past with each check) is at least a
 * quarter of what they rose by on average since they began to.  A cache that
 * fills up is a suspect while it does, and none afterwards.  A level that goes
 * up and down by chance rises six times in a row once in 5040 checks.  Checks
 * within 50 ms of the last that counted do not count.  One that comes earlier than
 * usual (at the exit, or because somebody asks) and sees no rise does not end the
 * row: none was due.
 *
 * No locks: whoever has a history says who may read it while it changes. */
#ifndef LGC_FIND_HISTORY_H
#define LGC_FIND_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "find/away.h"
#include "find/scan.h"

struct lgc_site_past {
    struct { uint64_t bytes; int64_t time_ns; uint32_t check; } first[2];
                              /* lost, direct and indirect: when seen first  */
    uint64_t unrecorded;      /* lost objects whose records were evicted     */
    uint64_t known_left;      /* scratch of a match                          */
    /* Reachable: at the last check that counted; when it began to rise. */
    struct lgc_amount live, before;
    uint64_t start_bytes;
    int64_t start_ns;
    uint32_t rises;
    double lately;            /* bytes a check                               */
};

struct lgc_history {
    struct lgc_scan last;     /* its entries are the records                 */
    struct lgc_away away;     /* were records, and are not lost now          */
    struct lgc_site_past *site;
    size_t sites;             /* room                                        */
    uint32_t check;           /* the last one                                */
    int64_t counted_ns;       /* when the last that counted for suspects was */
    int64_t usual_ns;         /* from one such to the next, lately           */
    uint64_t evicted;         /* records, ever                               */
    bool short_of_memory;     /* growth and suspects are not known           */
};

/* Sorts the scan's entries by address, makes a site of each entry's `head`,
 * which was an index, and
 * gives each found_check: that of its record; `check` if it is newly lost; 0 if
 * it was lost before and its record was evicted.  Sets scan->fresh. */
void lgc_history_match(struct lgc_history *history, struct lgc_scan *scan, uint32_t check);

/* Makes this check the last one.  The scan's entries become the records, or at
 * most `max_records` of them do: then what is not lost goes first, then what
 * was found longest ago, and the scan keeps its own entries.  Returns the
 * entries that it had before, for lgc_scan_free. */
struct lgc_scan lgc_history_add(struct lgc_history *history, const struct lgc_scan *scan,
                                uint32_t check, int64_t now_ns, size_t max_records);

/* How what the site lost of this kind grew, in bytes per hour; returns over how
 * many checks, 0: it is not known, for one, after less than a second. */
uint32_t lgc_history_growth(const struct lgc_history *history, uint32_t site, enum lgc_kind kind,
                            uint64_t bytes_now, int64_t now_ns, int64_t *bytes_per_hour);

/* The suspects: *site goes from 0; false past the last one.  `growth` (bytes per
 * hour) and over how many `checks` as above. */
struct lgc_suspect { uint32_t site, checks; struct lgc_amount live, fresh; int64_t growth; };
bool lgc_history_suspect(const struct lgc_history *history, uint32_t suspect_checks, size_t *site,
                         int64_t now_ns, struct lgc_suspect *out);

/* The record at `address`, or NULL. */
const struct lgc_entry *lgc_history_find(const struct lgc_history *history, uintptr_t address);

/* Forgets everything. */
void lgc_history_clear(struct lgc_history *history);

#endif
