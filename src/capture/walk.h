/* SPDX-License-Identifier: MIT
 * walk.h: the two ways to capture a stack, for capture/stack.c. */
#ifndef LGC_CAPTURE_WALK_H
#define LGC_CAPTURE_WALK_H

#include <stdint.h>

#include "capture/caller.h"
#include "capture/shadow.h"

/* By the rules: unwinds from the caller to where the shadow, after comparing,
 * still holds, and makes the shadow that of this stack.  Returns the index of
 * the caller's frame in it, which is at least 1; or -1 where a rule cannot say what to do (a signal
 * frame, code without information), or -2 where there is no room for a new
 * path.  At most `max` frames are kept, the same in every call. */
int lgc_walk_rules(struct lgc_shadow *shadow, const struct lgc_caller *caller, unsigned max);

/* After -2: the innermost frames, at most `max`; returns how many. */
unsigned lgc_walk_innermost(const struct lgc_shadow *shadow, uintptr_t *pc, unsigned max);

/* By libgcc's unwinder: slow, and always right; as lgc_stack_capture. */
unsigned lgc_walk_libgcc(uintptr_t *pc, unsigned max, uint64_t *exact);

#endif
