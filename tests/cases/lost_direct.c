/* SPDX-License-Identifier: MIT
 * lost_direct.c: a block that nothing points to is a direct leak with its exact size, site and line of callers.
 *
 * run:
 *   direct 1 100
 *   groups 1
 *   entry direct 1 100 make lose_one main
 */
#include "case.h"

static NOINLINE void lose_one(void)
{
    void *p = make(100);
    KEEP(p);
}

int main(void)
{
    lose_one();
    clear_stack();
    return 0;
}
