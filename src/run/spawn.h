/* SPDX-License-Identifier: MIT
 * spawn.h: runs the leaksgc tool as a child that the program does not notice.
 *
 * No SIGCHLD, invisible to the program's wait(), no descriptors but three, no
 * page tables copied, killed when its time is over.  Callable in a signal
 * handler; all signals must be blocked. */
#ifndef LGC_RUN_SPAWN_H
#define LGC_RUN_SPAWN_H

#include <stdbool.h>
#include <stdint.h>

/* One that runs. */
struct lgc_spawn { void *memory; int pid; };

/* Starts `path` with argv, stdin = in, stdout = out; it is killed when
 * timeout_ns are over.  path and argv stay valid until the finish; in and out
 * may be closed.  False: it could not start; spawn->pid is the negative errno. */
bool lgc_spawn_start(struct lgc_spawn *spawn, const char *path, char *const argv[], int in,
                     int out, uint64_t timeout_ns);
/* Waits for its end; returns as lgc_spawn. */
int lgc_spawn_finish(struct lgc_spawn *spawn);

/* Runs `path` with argv, stdin = in, stdout = out, and waits up to
 * timeout_ns.  Returns its exit status, or -1: could not start, was killed by
 * a signal, or took too long. */
int lgc_spawn(const char *path, char *const argv[], int in, int out, uint64_t timeout_ns);

#endif
