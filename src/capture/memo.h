/* SPDX-License-Identifier: MIT
 * memo.h: the stacks that a thread has lately allocated from.
 *
 * Unwinding by rules depends on nothing but the caller's pc, sp and rbp, and
 * the stack slots that it reads.  An entry holds all of these that mattered:
 * if they still hold the same values, the stack is exactly the same one, and
 * its site is known without unwinding.
 *
 * Only its own thread touches a memo; not from signal handlers.
 */
#ifndef LGC_CAPTURE_MEMO_H
#define LGC_CAPTURE_MEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/caller.h"

enum { LGC_MEMO_FRAMES = 64, LGC_MEMO_SAVED = 4, LGC_MEMO_SPAN = 1 << 16 };

/* What one unwinding read.  Offsets are in words from the caller's sp. */
struct lgc_memo_trail {
    bool complete;                      /* false: too long to be remembered  */
    bool rbp;                           /* the caller's rbp mattered         */
    uint16_t nframes, nsaved;
    uint16_t frame[LGC_MEMO_FRAMES];    /* where return addresses 1.. lay    */
    struct { uintptr_t value; uint16_t at; } saved[LGC_MEMO_SAVED]; /* rbp   */
};

/* The site of the caller's stack, or 0: not known (then unwind). */
uint32_t lgc_memo_find(const struct lgc_caller *caller);

/* Remembers that this trail led to `site` (not 0), whose stack is the
 * caller's pc followed by what lies at trail->frame[]. */
void lgc_memo_add(const struct lgc_caller *caller, const struct lgc_memo_trail *trail,
                  uint32_t site);

/* Code was unloaded: every thread forgets everything. */
void lgc_memo_forget_all(void);

/* The thread ends; its memo serves another. */
void lgc_memo_retire(void);

#endif
