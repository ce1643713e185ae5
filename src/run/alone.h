/* SPDX-License-Identifier: MIT
 * alone.h: how checks and heap dumps are done: one at a time, undisturbed, on a stack of ours. */
#ifndef LGC_RUN_ALONE_H
#define LGC_RUN_ALONE_H

#include <stdbool.h>

#include "base/lock.h"

/* Rank CHECK.  Held for the whole of a check, so that a second one waits. */
extern struct lgc_lock lgc_check_lock;

/* Calls work(arg) under that lock, inside the guard, with all signals of the
 * thread blocked, on our own stack.  `hurries`: a patient check that is under way
 * shall spare the processors no longer.  errno is as the work leaves it; the work
 * finds it as the caller had it. */
void lgc_alone_run(bool hurries, void (*work)(void *arg), void *arg);

#endif
