/* SPDX-License-Identifier: MIT
 * reclaim.h: gives back what is surely lost, and finds out when it was not.
 *
 * A block is taken if two checks in a row found it unreachable, it is older
 * than min_age, its site is one of reclaim_sites and has never been wrong.
 *
 *   free        it is freed, as the program would have
 *   quarantine  it is kept for QUARANTINE further checks, with a checksum of its
 *               contents: what is reachable again, was freed by the program or
 *               has changed is a proven false leak, and its site is left alone
 *               from then on; the others are freed
 *
 * It is done in a world that stands still, so that nobody is in the middle of
 * freeing the same block: one whose address a register or the top of a stack
 * holds is left for the next check.
 */
#ifndef LGC_RUN_RECLAIM_H
#define LGC_RUN_RECLAIM_H

#include <stdint.h>

#include "find/scan.h"
#include "leaksgc.h"
#include "run/apart.h"
#include "run/option.h"

/* After lgc_past_add, with the sorted entries of check `check`.  What was freed
 * and what was proven false is added to `apart` and counted in *sum.  The caller
 * holds the check lock. */
void lgc_reclaim_run(enum lgc_reclaim how, const struct lgc_scan *scan, uint32_t check,
                     struct lgc_apart *apart, struct leaksgc_reclaimed *sum);

/* In the child of a fork: nothing is in quarantine. */
void lgc_reclaim_fork_child(void);

#endif
