/* SPDX-License-Identifier: MIT
 * stack_stripped.c: a stripped program's leaks have complete stacks, of modules and offsets.
 *
 * after: strip "$case"
 *
 * run:
 *   direct 1 53
 *   groups 1
 *   stack ? ? ?
 *   nostack nameless
 */
#include "case.h"

static NOINLINE void nameless(void)
{
    void *p = make(53);
    KEEP(p);
}

int main(void)
{
    nameless();
    clear_stack();
    return 0;
}
