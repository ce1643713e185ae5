/* SPDX-License-Identifier: MIT
 * clients.h: who asks this process through the channel, and what they get.
 *
 * For the helper alone (run/helper.h). */
#ifndef LGC_RUN_CLIENTS_H
#define LGC_RUN_CLIENTS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "control/server.h"

/* Opens the channel, if there is to be one.  False with errno if that failed. */
bool lgc_clients_open(void);
void lgc_clients_close(void);
void lgc_clients_fork_child(void);

/* What to poll, at most LGC_SERVER_FDS; how many. */
size_t lgc_clients_poll_set(struct pollfd *fds);
/* Reads what is there, and notes who wants a check. */
void lgc_clients_serve(struct pollfd *fds, size_t n);
/* Does what is due: one check for all who want one. */
void lgc_clients_run_due(void);
/* When that is to be called at the latest (ns of CLOCK_MONOTONIC). */
uint64_t lgc_clients_next(void);

#endif
