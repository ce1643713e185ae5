/* SPDX-License-Identifier: MIT
 * stale_stack_keeps_nothing.c: pointers in dead frames below the stack pointer keep nothing.
 *
 * run:
 *   direct 200 20000
 *   stack make deep
 */
#include "case.h"

static NOINLINE void deep(int n)
{
    void *volatile held[3];
    held[0] = held[1] = held[2] = make(100);
    if (n > 1)
        deep(n - 1);
    KEEP(held[1]);
}

/* Below this frame: the frames of exit() and the check, which come to lie where
 * main's callees were, overwrite the gap and not what deep() left behind. */
static NOINLINE void with_a_gap(void)
{
    volatile char gap[32 * 1024];
    memset((char *)gap, 0, sizeof gap);
    deep(200);
    HERE();
}

int main(void)
{
    with_a_gap();
    /* On purpose no clear_stack(): that dead stack keeps nothing is the
     * library's promise. */
    return 0;
}
