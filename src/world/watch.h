/* SPDX-License-Identifier: MIT
 * watch.h: whether a stop alone made a thread's system call fail with EINTR.
 *
 * Of the calling thread only; entry/wait.c says what for. */
#ifndef LGC_WORLD_WATCH_H
#define LGC_WORLD_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/* What the program's handlers can be kept from for a while: not what a thread
 * itself causes, which would kill it, and not the two signals that libc keeps to
 * itself, 32 and 33. */
uint64_t lgc_watch_holdable(void);

/* A call begins. */
void lgc_watch_begin(void);
/* It failed with EINTR: true if a stop did that, and no handler of the program ran
 * or is to run.  `frame`: a variable of the function that has made it. */
bool lgc_watch_broke(const void *frame);

/* As lgc_watch_begin; a stop that breaks the call also leaves the signals above
 * blocked, so that none is handled before the caller knows of it.  *ticket, a
 * variable of the caller, is written to, and marks the wait on the stack. */
void lgc_watch_begin_holding(uint64_t *ticket);
/* Whether that has come to pass, and what was blocked before. */
bool lgc_watch_held(uint64_t *before);

/* The last thing of a stop, in its handler. */
void lgc_watch_stopped(void *ucontext);

#endif
