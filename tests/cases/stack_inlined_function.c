/* SPDX-License-Identifier: MIT
 * stack_inlined_function.c: functions that the compiler inlined have their own frames, innermost first.
 *
 * run:
 *   direct 1 46
 *   stack make inlined_inner inlined_outer real_caller main
 */
#include "case.h"

static inline __attribute__((always_inline)) void inlined_inner(void)
{
    void *p = make(46);
    KEEP(p);
}

static inline __attribute__((always_inline)) void inlined_outer(int n)
{
    if (n > 0)
        inlined_inner();
    HERE();
}

static NOINLINE void real_caller(int n)
{
    inlined_outer(n);
    HERE();
}

int main(int argc, char **argv)
{
    (void)argv;
    real_caller(argc);
    clear_stack();
    return 0;
}
