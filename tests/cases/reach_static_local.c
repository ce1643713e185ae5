/* SPDX-License-Identifier: MIT
 * reach_static_local.c: a pointer in a function's static variable keeps its block.
 *
 * run: use_globals=1
 *   direct 0 0
 * run: use_globals=0
 *   direct 1 101
 *   stack make counter main
 */
#include "case.h"

static NOINLINE int counter(void)
{
    static int *value;
    if (!value)
        value = make(101);
    return ++*value;
}

int main(void)
{
    int n = counter();
    clear_stack();
    return n == counter();
}
