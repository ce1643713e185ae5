/* SPDX-License-Identifier: MIT
 * terminate.h: a report when SIGTERM, SIGINT or SIGHUP ends the program.
 *
 * Where the program leaves such a signal at its default, our handler stands in
 * its place: it checks, restores the default and sends the signal again, so
 * that the process still dies by it.  The program sees SIG_DFL. */
#ifndef LGC_RUN_TERMINATE_H
#define LGC_RUN_TERMINATE_H

#include <signal.h>
#include <stdbool.h>

/* Takes the place of every default disposition; once, at the start. */
void lgc_terminate_start(void);
bool lgc_terminate_started(void);

/* For the exported sigaction: whether `sig` is such a signal; our handler's
 * disposition; whether one that was read is ours. */
bool lgc_terminate_covers(int sig);
void lgc_terminate_disposition(struct sigaction *out);
bool lgc_terminate_is_ours(const struct sigaction *sa);

#endif
