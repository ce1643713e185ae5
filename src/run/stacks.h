/* SPDX-License-Identifier: MIT
 * stacks.h: prints a few stacks with names to standard error, for messages
 * before the program is ended. */
#ifndef LGC_RUN_STACKS_H
#define LGC_RUN_STACKS_H

#include <stdint.h>

struct lgc_stacks_item {
    const char *title;         /* a line before it                           */
    const uintptr_t *pc;
    unsigned depth;
    uint64_t exact;            /* as in capture/stack.h                      */
    uint32_t generation;       /* of the module list when it was captured    */
    const uint8_t *folded;     /* as in capture/site.h                       */
};

/* Symbolized by the tool if there is one.  Inside the guard. */
void lgc_stacks_print(const struct lgc_stacks_item *items, unsigned count);

#endif
