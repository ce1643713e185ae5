/* SPDX-License-Identifier: MIT
 * tally.h: counts all objects in use: how many, and what is not lost by kind
 * and by site. */
#ifndef LGC_FIND_TALLY_H
#define LGC_FIND_TALLY_H

#include "find/scan.h"

/* After lgc_reach_run: adds to scan->live, scan->total and, where there is one,
 * scan->by_site; by so many threads (find/crew.h). */
void lgc_tally_run(struct lgc_scan *scan, unsigned markers);

#endif
