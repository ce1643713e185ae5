/* SPDX-License-Identifier: MIT
 * stack_context_size.c: malloc_context_size says how many frames are kept; two sites that differ further out become one.
 *
 * run: malloc_context_size=3
 *   direct 2 64
 *   groups 1
 *   depth 3
 *   nostack main
 * run: malloc_context_size=1
 *   direct 2 64
 *   groups 1
 *   depth 1
 * run: malloc_context_size=20
 *   direct 2 64
 *   groups 2
 *   stack make one two three four from_here main
 *   stack make one two three four from_there main
 */
#include "case.h"

static NOINLINE void one(void)
{
    void *p = make(32);
    KEEP(p);
}

static NOINLINE void two(void)
{
    one();
    HERE();
}

static NOINLINE void three(void)
{
    two();
    HERE();
}

static NOINLINE void four(void)
{
    three();
    HERE();
}

static NOINLINE void from_here(void)
{
    four();
    HERE();
}

static NOINLINE void from_there(void)
{
    four();
    HERE();
}

int main(void)
{
    from_here();
    from_there();
    clear_stack();
    return 0;
}
