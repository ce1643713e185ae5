/* SPDX-License-Identifier: MIT
 * spawn.h: runs the leaksgc tool as a child that the program does not notice.
 *
 * No SIGCHLD, invisible to the program's wait(), no descriptors but three, no
 * page tables copied, killed when its time is over.  Callable in a signal
 * handler; all signals must be blocked. */
#ifndef LGC_RUN_SPAWN_H
#define LGC_RUN_SPAWN_H

#include <stdint.h>

/* Runs `path` with argv, stdin = in, stdout = out, and waits up to
 * timeout_ns.  Returns its exit status, or -1: could not start, was killed by
 * a signal, or took too long. */
int lgc_spawn(const char *path, char *const argv[], int in, int out, uint64_t timeout_ns);

#endif
