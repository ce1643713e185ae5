/* SPDX-License-Identifier: MIT
 * confirm.h: asks libgc's own marker what is reached, and compares.
 *
 * It takes several times as long as find/reach.h.  Tests compare at each check
 * (verify_marking=1), and so does a check after which memory is freed. */
#ifndef LGC_FIND_CONFIRM_H
#define LGC_FIND_CONFIRM_H

#include "find/scan.h"

/* After lgc_reach_run: sets scan->compared, differ and differs.  What only
 * libgc's marker reaches counts as reached from then on. */
void lgc_confirm_run(struct lgc_scan *scan);

#endif
