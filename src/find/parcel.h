/* SPDX-License-Identifier: MIT
 * parcel.h: what a scan found, on its way from the copy of the process that
 * made it: a piece of memory that both share.
 *
 *   ┌────────┬──────────────┬──────────────────────────────────┐
 *   │ header │ live by site │ entries ...                       │
 *   └────────┴──────────────┴──────────────────────────────────┘
 *     pages as they are touched; reserved for every object there is
 */
#ifndef LGC_FIND_PARCEL_H
#define LGC_FIND_PARCEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "find/scan.h"

struct lgc_parcel;

/* Room for `entries` entries and `sites` sites; NULL without memory or address space. */
struct lgc_parcel *lgc_parcel_new(size_t entries, size_t sites);
void lgc_parcel_free(struct lgc_parcel *parcel);

/* In the copy: puts the scan's results in.  What finds no room is left out,
 * and the scan then is not complete. */
void lgc_parcel_put(struct lgc_parcel *parcel, const struct lgc_scan *scan);

/* Fills the scan's results from it, as lgc_scan_run would have.  False: the
 * copy has ended before it was done. */
bool lgc_parcel_take(struct lgc_parcel *parcel, struct lgc_scan *scan, uint64_t *child_bytes);

#endif
