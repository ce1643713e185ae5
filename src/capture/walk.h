/* SPDX-License-Identifier: MIT
 * walk.h: the two ways to capture a stack, for capture/stack.c and the tests
 * that compare them. */
#ifndef LGC_CAPTURE_WALK_H
#define LGC_CAPTURE_WALK_H

#include <stdint.h>

/* By the rules: a few loads per frame.  Returns -1 where a rule cannot say
 * what to do (a signal frame, code without information). */
int lgc_walk_rules(uintptr_t *pc, unsigned max);

/* By libgcc's unwinder: slow, and always right; as lgc_stack_capture. */
unsigned lgc_walk_libgcc(uintptr_t *pc, unsigned max, uint64_t *exact);

#endif
