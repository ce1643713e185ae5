/* SPDX-License-Identifier: MIT
 * pace.h: how much of a busy machine a copy takes for which nobody waits.
 *
 * Low priority is not enough: a copy that runs whenever a thread of the program
 * sleeps for some microseconds costs that thread its caches, and the kernel
 * takes the processor for a busy one when it looks for a place for others.
 *
 *   CPU time  ──┬── the copy did not wait for a processor meanwhile: free
 *               └── it did: taken from its credit, which grows by `share` of the
 *                   time that passes; without any left the copy sleeps
 *
 * So a small heap is searched at once, and a large one on a machine without an
 * idle processor slowly.  Until somebody does wait: then at once.
 */
#ifndef LGC_FIND_PACE_H
#define LGC_FIND_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* Times are in ns; `share` in thousandths of one processor. */
struct lgc_pace {
    uint64_t share;
    int64_t credit;
    uint64_t wall, cpu, waited;    /* when it was looked at last             */
};

/* By the time, the CPU time so far and the time so far in which there was no
 * processor for it: how long to sleep now. */
uint64_t lgc_pace_next(struct lgc_pace *pace, uint64_t wall, uint64_t cpu, uint64_t waited);

/* In the program, once, and in the child of a fork of it. */
void lgc_pace_init(void);
void lgc_pace_fork_child(void);

/* In the program, before a copy is made: what it may have.  `percent` of the
 * time of all processors that this thread may use, as far as they are busy, since
 * the last such copy; 100: all it gets. */
void lgc_pace_prepare(unsigned percent);

/* In the copy.  Until then, and in the program, lgc_pace does nothing. */
void lgc_pace_begin(void);

/* Between two pieces of work, by member 0 of a crew (find/crew.h) at least every
 * millisecond or so; it may sleep.  Others follow it. */
void lgc_pace(unsigned member);

/* In the program, from any thread: somebody waits for the copy, or does not any
 * more.  Calls nest. */
void lgc_pace_hurry(bool more);

#endif
