/* SPDX-License-Identifier: MIT
 * walk.h: the two ways to capture a stack, for capture/stack.c and the tests
 * that compare them. */
#ifndef LGC_CAPTURE_WALK_H
#define LGC_CAPTURE_WALK_H

#include <stdint.h>

#include "capture/memo.h"

/* By the rules, from the caller on: a few loads per frame.  Returns -1 where a
 * rule cannot say what to do (a signal frame, code without information). */
int lgc_walk_rules(const struct lgc_caller *caller, uintptr_t *pc, unsigned max,
                   struct lgc_memo_trail *trail);

/* By libgcc's unwinder: slow, and always right; as lgc_stack_capture. */
unsigned lgc_walk_libgcc(uintptr_t *pc, unsigned max, uint64_t *exact);

#endif
