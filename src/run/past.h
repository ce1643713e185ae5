/* SPDX-License-Identifier: MIT
 * past.h: what the checks of this process have found so far.
 *
 * Separate from the check lock: nobody waits for a check that is under way to
 * ask what the one before found, and fork does not wait for it either. */
#ifndef LGC_RUN_PAST_H
#define LGC_RUN_PAST_H

#include <stdint.h>

#include "find/scan.h"
#include "leaksgc.h"

/* Takes over what a check found, its number and figures in `result`; the
 * entries of *scan are sorted and get their found_check, then belong to the
 * past (*scan shares them until the next call).  The caller holds the check
 * lock. */
void lgc_past_add(struct lgc_scan *scan, const struct leaksgc_result *result);

void lgc_past_result(struct leaksgc_result *out);
int lgc_past_each(leaksgc_leak_fn *each, void *arg);
int lgc_past_reachable(const void *p);

void lgc_past_fork_enter(void);
void lgc_past_fork_leave(void);
void lgc_past_fork_child(void);

#endif
