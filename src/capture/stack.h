/* SPDX-License-Identifier: MIT
 * stack.h: the current call stack as an array of addresses.
 *
 * The one interface to unwinding.  Callable inside malloc (under the guard)
 * and in signal handlers; takes no lock of ours. */
#ifndef LGC_CAPTURE_STACK_H
#define LGC_CAPTURE_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "capture/caller.h"
#include "capture/memo.h"

/* As lgc_stack_site, where the memo does not know it. */
uint32_t lgc_stack_site_unknown(const struct lgc_caller *caller, unsigned max);

/* The site of the stack from `caller` on, at most `max` <= LGC_STACK_MAX frames
 * deep (the same in every call); 0: see lgc_site_intern.  Not in a signal
 * handler that interrupted it. */
LGC_INLINE uint32_t lgc_stack_site(const struct lgc_caller *caller, unsigned max)
{
    uint32_t site = lgc_memo_find(caller);

    return LGC_LIKELY(site != 0) ? site : lgc_stack_site_unknown(caller, max);
}

/* Stores the frames outside this library, innermost first, and returns how
 * many (at most `max` <= LGC_STACK_MAX).  pc[i] is a return address, or the
 * interrupted instruction itself where bit i of *exact is set (only the first
 * 64 can be). */
unsigned lgc_stack_capture(uintptr_t *pc, unsigned max, uint64_t *exact);

/* For tests: every capture is made both ways, and a difference aborts; at the
 * end of the process a message says how many there were. */
void lgc_stack_verify(bool on);

/* The frame of the innermost call of the function that begins at `function`:
 * stores the stack pointer of its caller and the six registers that a call
 * preserves (rbx rbp r12 r13 r14 r15), and returns 1; 0 if there is none. */
int lgc_stack_caller_of(uintptr_t function, uintptr_t *sp, uintptr_t registers[6]);

#endif
