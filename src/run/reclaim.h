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

#include <stdbool.h>
#include <stdint.h>

#include "find/scan.h"
#include "leaksgc.h"
#include "run/apart.h"
#include "run/option.h"

struct lgc_reclaim_order {
    enum lgc_reclaim how;
    uint64_t min_age_ns;
    bool dry;                    /* only count what would be taken           */
};

/* What became of all that is lost, each object counted once. */
struct lgc_reclaim_done {
    struct leaksgc_reclaimed sum; /* quarantined: all that is in quarantine  */
    struct leaksgc_amount
        due,                     /* would be taken (dry)                     */
        once,                    /* not: the check before did not find it lost */
        young,                   /* not: younger than min_age                */
        site,                    /* not: of a site that is not allowed       */
        wrong,                   /* not: of a site that was a false leak     */
        held;                    /* not: a thread had its address, or it was
                                    gone when it was to be taken             */
};

/* After lgc_past_add, with the sorted entries of check `check`.  What was freed
 * and what was proven false is added to `apart` and counted in *done.  The caller
 * holds the check lock. */
void lgc_reclaim_run(const struct lgc_reclaim_order *order, const struct lgc_scan *scan,
                     uint32_t check, struct lgc_apart *apart, struct lgc_reclaim_done *done);

/* In the child of a fork: nothing is in quarantine. */
void lgc_reclaim_fork_child(void);

#endif
