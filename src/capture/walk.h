/* SPDX-License-Identifier: MIT
 * walk.h: the two ways to capture a stack, for capture/stack.c. */
#ifndef LGC_CAPTURE_WALK_H
#define LGC_CAPTURE_WALK_H

#include <stdint.h>

#include "capture/caller.h"
#include "capture/shadow.h"

/* By the rules: unwinds from the caller to where the shadow, after comparing,
 * still holds, and makes the shadow that of this stack.  Returns the index of
 * the caller's frame in it, which is at least 1; or -1 where a rule cannot say
 * what to do (a signal frame, code without information).  At most `max` frames
 * are kept, the same in every call. */
int lgc_walk_rules(struct lgc_shadow *shadow, const struct lgc_caller *caller, unsigned max);

/* The path of frame `index`, looked for in the tree or made; 0: no room. */
uint32_t lgc_walk_path(struct lgc_shadow *shadow, unsigned index);

/* The innermost frames from frame `index` on, at most `max`; returns how many. */
unsigned lgc_walk_innermost(const struct lgc_shadow *shadow, unsigned index, uintptr_t *pc, unsigned max);

/* By libgcc's unwinder: slow, and always right; as lgc_stack_capture. */
unsigned lgc_walk_libgcc(uintptr_t *pc, unsigned max, uint64_t *exact);

#endif
