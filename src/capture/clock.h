/* SPDX-License-Identifier: MIT
 * clock.h: the time of an allocation, at the cost of a load.
 *
 * Reading the kernel's coarse clock takes as long as a third of an allocation.
 * A thread keeps the time that it read last, for as long as it can tell that
 * it has not slept, waited, been preempted or been interrupted since: the
 * kernel then clears the field rseq_cs of the thread's restartable-sequence
 * area (linux/rseq.h: "set to NULL by the kernel [...] when it detects that it
 * is preempting or delivering a signal outside of the range targeted by the
 * rseq_cs"), where we put the address of a sequence that is never executed.
 * A thread that merely computes is asked again after some allocations: after
 * fewer, the more time has passed between the last ones.
 */
#ifndef LGC_CAPTURE_CLOCK_H
#define LGC_CAPTURE_CLOCK_H

#include <stdint.h>

#include "base/attr.h"

struct lgc_clock {
    uint32_t now;                /* units of 2^20 ns since the start         */
    uint32_t left;               /* allocations until it is read again       */
    volatile uint64_t *undisturbed; /* the thread's rseq_cs, or a zero       */
    uint32_t period;             /* what `left` begins with                  */
};
extern LGC_HIDDEN LGC_TLS struct lgc_clock lgc_clock;

/* The sequence that is never executed. */
extern LGC_HIDDEN const uint64_t lgc_clock_never[4];

/* The start of time; once, before all others. */
void lgc_clock_start(void);

/* Reads the clock. */
uint32_t lgc_clock_read(void);

/* The time now, never before what lgc_clock_step returned. */
LGC_INLINE uint32_t lgc_clock_now(void)
{
    if (LGC_LIKELY(lgc_clock.left != 0 &&
                   *lgc_clock.undisturbed == (uint64_t)(uintptr_t)lgc_clock_never)) {
        lgc_clock.left--;
        return lgc_clock.now;
    }
    return lgc_clock_read();
}

/* Returns the time now; every allocation that another thread begins after it
 * has been interrupted, and every later one of this thread, gets a later one. */
uint32_t lgc_clock_step(void);

/* Turns a time into ns of the Unix epoch, as the clock went at the start. */
int64_t lgc_clock_epoch_ns(uint32_t time);
/* The time now, likewise: what ages are counted to.  The clock on the wall may
 * have been set since, and goes on while the machine is suspended. */
int64_t lgc_clock_epoch_now(void);

#endif
