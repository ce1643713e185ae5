/* SPDX-License-Identifier: MIT
 * lock.h: a futex lock, and the one order in which locks are taken.
 *
 * Not recursive, no owner, async-signal-safe to unlock.  A thread takes locks
 * only in rising rank; fork and a check take all of them in this order.
 */
#ifndef LGC_BASE_LOCK_H
#define LGC_BASE_LOCK_H

#include <stdbool.h>

/* The order, outermost first. */
enum lgc_rank {
    LGC_RANK_HELPER,   /* the helper thread's making, its orders             */
    LGC_RANK_CHECK,    /* one check at a time                                */
    LGC_RANK_PAST,     /* what the checks before have found                  */
    LGC_RANK_SAMPLE,   /* the program's own samples                          */
    LGC_RANK_STOP,     /* the world is stopped, or this process forks        */
    LGC_RANK_MODULE,   /* the list of loaded objects                         */
    LGC_RANK_THREAD,   /* the registry of threads                            */
    LGC_RANK_REGION,   /* mappings and root regions                          */
    LGC_RANK_SITE,     /* new stacks                                         */
    LGC_RANK_HEAP,     /* blocks with free objects, block registration       */
    LGC_RANK_MEM       /* memory for our own tables                          */
};

struct lgc_lock {
    unsigned state, rank, borrowed;
    const void *owner; /* the thread, where it has come to write it           */
};
#define LGC_LOCK_INIT(rank) { 0, rank, 0, 0 }

void lgc_lock(struct lgc_lock *lock);
/* Takes it if nobody has it. */
bool lgc_lock_try(struct lgc_lock *lock);
void lgc_unlock(struct lgc_lock *lock);

/* In a signal handler, which may have interrupted its own thread while that
 * held locks.  The thread goes on without those then: what they guard is as
 * the interrupted work left it. */

/* To fork: until `on` is false, locks that this thread holds do not stop it. */
void lgc_lock_borrow(bool on);
/* To end the process: for ever, and the interrupted work never goes on. */
void lgc_lock_no_return(void);
/* The end of the process waits for the calling thread: so it does not wait for
 * locks that are never given back. */
void lgc_lock_awaited(void);

/* In the child of a fork, where nobody else exists: the lock is free again,
 * unless the work that this thread's handler has interrupted holds it. */
void lgc_lock_reset(struct lgc_lock *lock);

#endif
