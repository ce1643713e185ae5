/* SPDX-License-Identifier: MIT
 * past.h: what the checks of this process have found so far.
 *
 * Separate from the check lock: nobody waits for a check that is under way to
 * ask what the one before found, and fork does not wait for it either. */
#ifndef LGC_RUN_PAST_H
#define LGC_RUN_PAST_H

#include <stdint.h>

#include "find/history.h"
#include "leaksgc.h"

/* Sorts the entries of a scan, and gives them their found_check. */
void lgc_past_match(struct lgc_scan *scan, uint32_t check);

/* Takes over what a check found and lgc_past_match has seen, its number and figures in `result`, to which
 * it adds what only the past can tell.  The entries stay valid until lgc_past_release.  The caller holds
 * the check lock. */
void lgc_past_add(struct lgc_scan *scan, struct leaksgc_result *result);
void lgc_past_release(struct lgc_scan *scan);

/* For whoever holds the check lock: nobody else changes it. */
const struct lgc_history *lgc_past_history(void);

void lgc_past_result(struct leaksgc_result *out);
int lgc_past_each(leaksgc_leak_fn *each, void *arg);
int lgc_past_reachable(const void *p);

void lgc_past_fork_enter(void);
void lgc_past_fork_leave(void);
void lgc_past_fork_child(void);

#endif
