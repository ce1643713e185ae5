/* SPDX-License-Identifier: MIT
 * snapshot.h: runs work on a frozen heap.
 *
 * The seam between "when the heap stands still" and "what is looked at": the
 * work runs in place, and the world is resumed when it is done; or in a copy of
 * the process, while the world runs on.
 */
#ifndef LGC_FIND_SNAPSHOT_H
#define LGC_FIND_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/lock.h"

struct lgc_snapshot {
    uint64_t timeout_ns;    /* in: for all threads to stop                   */
    bool fork;              /* in: work on a copy, if one can be made        */
    bool steady;            /* in: no work in place while a thread only sleeps
                               (world/stop.h): it may wake up, and unmap its
                               stack or another                              */
    bool unsteady;          /* out: so no work was done                      */
    bool keeps_file;        /* in: the copy keeps the descriptor `file`, and
                               no other                                      */
    int file;
    bool copied;            /* out, for the work: it works on a copy         */
    int child;              /* out: the copy, which is at work: wait for it
                               (find/child.h); 0: the work is done           */
    int error;              /* out: why there is no copy (errno), or 0       */
    uint64_t pause_ns;      /* out: the world stood still                    */
    uint32_t stopped;       /* out: threads that stood still, with the caller */
    uint32_t silent;        /* out: threads that did not answer              */
    int silent_tid;         /* out: one of them                              */
};

/* Reserves the stack that checks run on; once, at the start. */
void lgc_snapshot_init(void);

/* Stops the world with no lock of ours or libgc's held by anybody, calls
 * work(arg) on a stack of our own, or has a copy call it, and resumes.  A copy
 * can only share what lies in memory made for that.  The caller holds the
 * check lock and no other, inside the guard, all signals blocked.
 * Returns 0, or -1 without memory for the stack. */
int lgc_snapshot_run(struct lgc_snapshot *snapshot,
                     void (*work)(void *arg), void *arg);

/* Rank STOP: held while the world stands still.  Also by whoever forks, for as
 * long as libgc knows its thread: libgc would stop it once more. */
extern struct lgc_lock lgc_snapshot_lock;

/* Takes and releases every lock below that one; around fork too. */
void lgc_snapshot_lock_all(void);
void lgc_snapshot_unlock_all(void);
void lgc_snapshot_reset_locks(void);

#endif
