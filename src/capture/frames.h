/* SPDX-License-Identifier: MIT
 * frames.h: the frames of a thread that stands still, each with its part of
 * the stack, by the rules alone.  In a stopped world. */
#ifndef LGC_CAPTURE_FRAMES_H
#define LGC_CAPTURE_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

struct lgc_frames_frame {
    uintptr_t lo, hi;            /* [sp, CFA)                                */
    uintptr_t pc;
    bool exact;                  /* pc is the next instruction itself        */
};

/* Stores the frames from (pc, sp, rbp) on, innermost first, and returns how
 * many: at most `max`, and only up to the first that no rule describes.  Reads
 * nothing outside [sp, end). */
unsigned lgc_frames_walk(uintptr_t pc, bool exact, uintptr_t sp, uintptr_t rbp, uintptr_t end,
                         struct lgc_frames_frame *out, unsigned max);

#endif
