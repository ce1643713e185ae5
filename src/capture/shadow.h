/* SPDX-License-Identifier: MIT
 * shadow.h: the stack of a thread as it was at the last capture, frame by
 * frame, so that the next one need unwind only what is new.
 *
 *   frame[0]      none: what is beyond the outermost
 *   frame[1]      the outermost, whose callers nobody needs
 *   frame[2]      pc, sp, rbp as unwinding knew them on arrival there
 *    ...          check[0 .. frame[i].nchecks): the slots that unwinding from
 *   frame[n]      frame i outwards reads, the outermost first
 *
 * A frame is the same one as before if it has the same pc, sp and (where it
 * matters) rbp, and all its checks still hold: then its digest is known.
 */
#ifndef LGC_CAPTURE_SHADOW_H
#define LGC_CAPTURE_SHADOW_H

#include <atomic_ops.h>
#include <stdbool.h>
#include <stdint.h>

#include "capture/caller.h"
#include "capture/digest.h"

enum { LGC_STACK_MAX = LGC_DIGEST_FRAMES }; /* frames that can be kept        */

/* A few more than are kept: this library's own are walked but not kept. */
enum { LGC_SHADOW_FRAMES = LGC_STACK_MAX + 16 };

struct lgc_shadow_frame {
    lgc_digest digest;           /* of this frame and its callers            */
    uintptr_t pc, sp, rbp;
    uint32_t path;               /* the same in the tree, once it was looked
                                    for; before: 0                           */
    uint16_t nchecks, depth;     /* depth: frames of that path               */
    bool rbp_matters;            /* a frame outwards is found through rbp    */
    bool ours;                   /* is not kept                              */
};

struct lgc_shadow_check { uintptr_t at, value; };

/* A frame of the present walk, which goes outwards from step[1]. */
struct lgc_shadow_step {
    uintptr_t pc, sp, rbp;       /* on arrival                               */
    AO_t rule;                   /* capture/rule.h                           */
    unsigned flags;
};
enum {
    LGC_SHADOW_READ = 1,         /* the next pc was read, below the next sp  */
    LGC_SHADOW_RBP = 2,          /* rbp_matters, as above                    */
    LGC_SHADOW_SAVED = 4         /* the rbp that it restored matters         */
};

struct lgc_shadow {
    unsigned n;
    bool cut;                    /* frame[1] has callers that were not asked */
    uintptr_t own_lo, own_hi;    /* the thread's own stack: mapped up to hi while
                                    it lives; 0: not known                   */
    struct lgc_shadow_frame frame[LGC_SHADOW_FRAMES + 1];
    struct lgc_shadow_check check[2 * LGC_SHADOW_FRAMES];
    struct lgc_shadow_step step[LGC_SHADOW_FRAMES + 2];
};

#endif
