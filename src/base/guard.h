/* SPDX-License-Identifier: MIT
 * guard.h: the per-thread "we are inside" depth.
 *
 * Whatever the library calls on its way (the unwinder, libgc, libc) may come
 * back into an exported function: a nested entry does the bare work and
 * records nothing.  The depth is counted, not set and cleared, so that a
 * signal handler that allocates in the middle of an entry leaves it right.
 */
#ifndef LGC_BASE_GUARD_H
#define LGC_BASE_GUARD_H

#include <stdbool.h>

#include "base/attr.h"

struct lgc_guard {
    volatile unsigned depth;
    volatile unsigned deferred; /* a signal waits for the outermost leave    */
};
extern LGC_HIDDEN LGC_TLS struct lgc_guard lgc_guard;

/* What the outermost leave runs when something was deferred; set once. */
extern void (*lgc_guard_deferred_work)(void);
void lgc_guard_run_deferred(void);

LGC_INLINE bool lgc_guard_inside(void) { return lgc_guard.depth != 0; }

/* For whoever knows that nobody is inside, and makes no call before it leaves.
 * What was deferred meanwhile is run by `return lgc_guard_pass(p)`: a jump, so
 * that the common way needs no register saved. */
LGC_INLINE void lgc_guard_enter_first(void) { lgc_guard.depth = 1; }
LGC_INLINE void lgc_guard_leave_first(void) { lgc_guard.depth = 0; }
void *lgc_guard_run_and_pass(void *p);
LGC_INLINE void *lgc_guard_pass(void *p)
{
    return LGC_UNLIKELY(lgc_guard.deferred) ? lgc_guard_run_and_pass(p) : p;
}

/* Returns true if this is the outermost entry. */
LGC_INLINE bool lgc_guard_enter(void) { return lgc_guard.depth++ == 0; }

LGC_INLINE void lgc_guard_leave(void)
{
    lgc_guard.depth = lgc_guard.depth - 1;
    if (LGC_UNLIKELY(lgc_guard.deferred) && lgc_guard.depth == 0)
        lgc_guard_run_deferred();
}

#endif
