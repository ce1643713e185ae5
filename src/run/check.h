/* SPDX-License-Identifier: MIT
 * check.h: one leak check, from reason to report, and what checks found. */
#ifndef LGC_RUN_CHECK_H
#define LGC_RUN_CHECK_H

#include <stdbool.h>

#include "leaksgc.h"
#include "run/option.h"
#include "run/reclaim.h"
#include "world/stop.h"

/* One who wants the finding of a check, not in the log but, whole and even if
 * nothing is lost, as a stream (dump/format.h). */
struct lgc_check_stream {
    struct lgc_check_stream *next;
    int fd;                          /* stays open; may be a socket          */
    unsigned kinds;                  /* bits of enum lgc_kind that are listed;
                                        0: those of report_kinds             */
    bool only_new;                   /* the sites that lost something since the
                                        check before                         */
    int error;                       /* set: errno of a write that failed, or 0 */
};

/* What is not set is off. */
struct lgc_check_request {
    const char *reason;              /* for the report: exit, signal, call,
                                        interval, ...; a literal             */
    const struct lgc_stopped *self;  /* where the caller's live stack begins */
    enum lgc_way way;                /* LGC_WAY_AUTO: as the option says     */
    bool last;                       /* the process ends afterwards: its pause
                                        does not matter, the time does       */
    bool patient;                    /* nobody waits for it                  */
    bool report;                     /* deliver a report                     */
    struct lgc_check_stream *streams; /* who else wants the finding          */
    unsigned kinds;                  /* bits of enum lgc_kind that are listed,
                                        and those of all streams;
                                        0: those of report_kinds             */
    struct leaksgc_result *result;   /* filled, unless NULL                  */
    const struct lgc_reclaim_order *order; /* unless NULL: give back what is
                                        surely lost, even if the option reclaim
                                        is off: how is that of the option    */
    struct lgc_reclaim_done *reclaimed; /* filled, unless NULL               */
};

/* Runs a check; waits for one that is under way.  Returns 1 if something is
 * lost (with a report: listed and not suppressed), 0 if not, -1 with errno: ENOMEM
 * or ECANCELED (a patient one, by the end of the process: as if it had not been
 * asked for).  For any thread, outside the guard; the thread's signals are
 * blocked meanwhile. */
int lgc_check_run(const struct lgc_check_request *request);

/* The accumulated result; all zero before the first check. */
void lgc_check_result(struct leaksgc_result *out);

/* Iterates a copy of the last check's findings; see leaksgc_leaks. */
int lgc_check_each(leaksgc_leak_fn *each, void *arg);

/* See leaksgc_is_reachable. */
int lgc_check_reachable(const void *p);

/* Around fork: what checks found is in order; in the child it is forgotten. */
void lgc_check_fork_enter(void);
void lgc_check_fork_leave(void);
void lgc_check_fork_child(void);

#endif
