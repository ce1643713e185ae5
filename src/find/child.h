/* SPDX-License-Identifier: MIT
 * child.h: a copy of this process that the program does not notice.
 *
 * No SIGCHLD when it ends, passed over by wait() and waitpid(), no descriptor
 * held (a peer sees the end of a pipe when the program closes it), no fork
 * handler run, no lock left taken.  It ends when the thread that made it ends,
 * yields to the program's threads, and is the first that a lack of memory ends.
 */
#ifndef LGC_FIND_CHILD_H
#define LGC_FIND_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

/* As fork: its pid, 0 in the copy, or -errno.  Of the descriptors the copy
 * keeps `keep`, under the same number, unless it is -1.  All signals must be blocked;
 * the copy has the calling thread alone, and no locks but free ones may be
 * met in it. */
int lgc_child_start(int keep);

/* Whether it has; it is still to be waited for. */
bool lgc_child_ended(int pid);

/* Waits until it has ended.  A program that reaps every child there is (with
 * __WALL) may have been faster; so how it ended is told by what it has left
 * (find/parcel.h). */
void lgc_child_wait(int pid);

/* System calls by which a sandbox may end whoever makes them (a service's filter: newer
 * than its library, those of debuggers, those that change priorities). */
enum lgc_child_call {
    LGC_CHILD_YIELDS, LGC_CHILD_CLOSE_RANGE, LGC_CHILD_PIDFD_OPEN, LGC_CHILD_PIDFD_GETFD,
    LGC_CHILD_CALLS
};
/* False: a process that made it for us, once, is dead.  Where there is no sandbox none is
 * asked.  All signals must be blocked. */
bool lgc_child_may(enum lgc_child_call call);

/* Ends the copy, from inside. */
LGC_NORETURN void lgc_child_end(void);

/* In the copy: the memory it has taken for itself so far, about. */
uint64_t lgc_child_bytes(void);

#endif
