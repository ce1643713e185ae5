/* SPDX-License-Identifier: MIT
 * ownstack.h: does work on a stack of ours, whatever the program left of its own.
 *
 * A thread of the program may have little: 16 KiB, or an alternate signal stack
 * of 8, of which the kernel has taken half for the vector registers. */
#ifndef LGC_BASE_OWNSTACK_H
#define LGC_BASE_OWNSTACK_H

#include <stdbool.h>

struct lgc_ownstack { char *top; }; /* NULL: not mapped yet                   */

/* Maps it; false: there is no memory. */
bool lgc_ownstack_reserve(struct lgc_ownstack *own);

/* Calls work(arg) there; where the caller is, if there is no memory.  One at a
 * time for each stack.  Costs no system call once it is mapped. */
void lgc_ownstack_run(struct lgc_ownstack *own, void (*work)(void *arg), void *arg);

#endif
