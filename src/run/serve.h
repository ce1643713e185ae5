/* SPDX-License-Identifier: MIT
 * serve.h: what the helper thread does: checks on schedule, by signal and on
 * request, and the answers to the tool. */
#ifndef LGC_RUN_SERVE_H
#define LGC_RUN_SERVE_H

#include <stdint.h>

/* Reads the options and installs the user's signal; has a helper made if
 * there is anything for it to do.  In the constructor. */
void lgc_serve_begin(void);

/* The helper's life. */
void lgc_serve_loop(void);

/* `count` checks (0: endless) interval_ns apart, the first after one interval;
 * in place of the schedule there was.  Makes a helper. */
void lgc_serve_schedule(uint64_t count, uint64_t interval_ns);

/* In the child of a fork: its own schedule begins anew. */
void lgc_serve_fork_child(void);

#endif
