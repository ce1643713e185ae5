/* SPDX-License-Identifier: MIT
 * life.h: the order of start, exit and fork, each as one readable list. */
#ifndef LGC_RUN_LIFE_H
#define LGC_RUN_LIFE_H

#include <stdbool.h>

#include "base/attr.h"

struct lgc_stopped;

enum lgc_life {
    LGC_LIFE_UNBORN,     /* no allocation yet                                */
    LGC_LIFE_STARTING,   /* requests are served by heap/boot                 */
    LGC_LIFE_QUIET,      /* a plain malloc                                   */
    LGC_LIFE_FINDING,    /* leak finding                                     */
    LGC_LIFE_ASIDE       /* the program uses libgc itself: libc's malloc     */
};
extern LGC_HIDDEN volatile enum lgc_life lgc_life;

/* Starts the library if it has not been; the state afterwards, STARTING also
 * while another call of it is under way. */
enum lgc_life lgc_life_begin(void);

LGC_INLINE enum lgc_life lgc_life_now(void)
{
    return LGC_LIKELY(lgc_life >= LGC_LIFE_QUIET) ? lgc_life : lgc_life_begin();
}

LGC_INLINE bool lgc_life_finding(void) { return lgc_life_now() == LGC_LIFE_FINDING; }

/* The last check, for `reason`, unless there was one or none is wanted; waits
 * for that of another thread.  Returns true if it found leaks. */
bool lgc_life_end(const char *reason, const struct lgc_stopped *self);

/* Whether the memory is this process's own: not in a child of vfork. */
bool lgc_life_is_own(void);

/* The program calls _exit or the like: the last check, and the status that
 * the process shall end with instead of `status`. */
int lgc_life_exit_now(int status, const struct lgc_stopped *self);

#endif
