/* SPDX-License-Identifier: MIT
 * reach_global.c: a pointer in a global variable keeps its block.
 *
 * run: use_globals=1
 *   direct 0 0
 * run: use_globals=0
 *   direct 1 100
 *   stack make make_it main
 */
#include "case.h"

void *held;

static NOINLINE void make_it(void)
{
    held = make(100);
    HERE();
}

int main(void)
{
    make_it();
    clear_stack();
    return 0;
}
