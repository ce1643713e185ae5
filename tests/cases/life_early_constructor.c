/* SPDX-License-Identifier: MIT
 * life_early_constructor.c: what the earliest constructors allocate is served and checked like all else.
 *
 * run:
 *   direct 1 61
 *   stack make earliest
 */
#include "case.h"

void *kept;

__attribute__((constructor(101))) static void earliest(void)
{
    kept = make(60);
    void *p = make(61);
    KEEP(p);
    free(calloc(10, 1000));
}

int main(void)
{
    CHECK(kept);
    clear_stack();
    return 0;
}
