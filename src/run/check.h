/* SPDX-License-Identifier: MIT
 * check.h: one leak check, from reason to report, and what checks found. */
#ifndef LGC_RUN_CHECK_H
#define LGC_RUN_CHECK_H

#include <stdbool.h>

#include "base/lock.h"
#include "leaksgc.h"
#include "world/stop.h"

extern struct lgc_lock lgc_check_lock; /* rank CHECK                          */

struct lgc_check_request {
    const char *reason;              /* exit, signal, call                   */
    const struct lgc_stopped *self;  /* where the caller's live stack begins */
    bool report;                     /* deliver a report                     */
};

/* Runs a check; waits for one that is under way.  Returns 1 if something is
 * lost (and, with a report, not suppressed), 0 if not, -1 with errno. */
int lgc_check_run(const struct lgc_check_request *request);

/* The accumulated result; all zero before the first check. */
void lgc_check_result(struct leaksgc_result *out);

/* The heap now. */
void lgc_check_heap(struct leaksgc_heap *out);

/* Iterates a copy of the last check's findings; see leaksgc_leaks. */
int lgc_check_each(leaksgc_leak_fn *each, void *arg);

/* See leaksgc_is_reachable. */
int lgc_check_reachable(const void *p);

/* In the child of a fork: what the parent's checks found is forgotten. */
void lgc_check_fork_child(void);

#endif
