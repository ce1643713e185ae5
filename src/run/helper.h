/* SPDX-License-Identifier: MIT
 * helper.h: the library's one thread: who has it, how it sleeps and ends.
 *
 * Only with leak finding, and only if something wants it: the channel
 * (control=1), a schedule, a signal.  It is a thread of libc's, so that
 * setuid() reaches it, named "leaksgc", with all signals of the program
 * blocked and a table of descriptors of its own, if the kernel gives it one.
 * What it does is run/serve.h. */
#ifndef LGC_RUN_HELPER_H
#define LGC_RUN_HELPER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/* Why it is to wake up. */
enum lgc_helper_reason {
    LGC_HELPER_STOP = 1,     /* the process ends, or wants to be single-threaded */
    LGC_HELPER_SIGNAL = 2,   /* the user's check_signal came                 */
    LGC_HELPER_SCHEDULE = 4, /* a schedule has changed                       */
    LGC_HELPER_ALLOCATED = 8 /* something, after nothing for a while         */
};

/* Once, in the constructor. */
void lgc_helper_prepare(void);

/* This process is to have a helper: soon, not at once, as one that ends or
 * execs directly needs none. */
void lgc_helper_want(void);

/* Makes it now, if it is wanted and not there.  Not inside malloc.  Where it
 * cannot be made the process goes without. */
void lgc_helper_start(void);

/* Called where the program is about to wait anyway: cheap if nothing is due. */
extern volatile bool lgc_helper_due;
void lgc_helper_start_in_time(void);
LGC_INLINE void lgc_helper_tick(void)
{
    if (LGC_UNLIKELY(lgc_helper_due))
        lgc_helper_start_in_time();
}

/* Ends its work, waits for that, and is in no hurry to see the thread gone:
 * for the end of the process; also in a signal handler. */
void lgc_helper_finish(void);
/* Ends the thread itself; `again`: one is to be made later.  For a program
 * that needs to be single-threaded for a moment. */
void lgc_helper_end(bool again);

/* Has it come back from lgc_helper_wait; callable in signal handlers. */
void lgc_helper_wake(enum lgc_helper_reason reason);

/* The calling thread of the program ends, and is noted as ended: the helper
 * must not be what keeps the process alive. */
void lgc_helper_thread_ends(void);

/* Whether the calling thread is the helper. */
bool lgc_helper_is_me(void);

/* In the child of a fork, which has only the forking thread. */
void lgc_helper_fork_child(void);

/* ---- for the helper itself ---- */

/* Sleeps until a descriptor has something, a reason comes or the time (ns;
 * UINT64_MAX: none) is over.  Returns the reasons, a sum of the above. */
unsigned lgc_helper_wait(struct pollfd *fds, size_t n, uint64_t timeout_ns);

/* What lgc_helper_wait has returned and nobody has dealt with: it will again. */
void lgc_helper_again(unsigned reasons);

/* Whether the first thread of the process has ended; and all others, too, but
 * for the caller. */
bool lgc_helper_first_gone(void);
bool lgc_helper_alone(void);

#endif
