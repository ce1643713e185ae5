/* SPDX-License-Identifier: MIT
 * stack_recursion.c: of a recursion 1000 deep the innermost 64 frames are kept, and all of it is one site.
 *
 * run:
 *   direct 10 310
 *   groups 1
 *   depth 64
 *   stack make recurse recurse recurse recurse
 * run: malloc_context_size=256
 *   direct 10 310
 *   groups 1
 *   depth 256
 *   stack make recurse recurse recurse recurse
 */
#include "case.h"

static NOINLINE void recurse(int n)
{
    if (n == 0) {
        void *p = make(31);
        KEEP(p);
    } else {
        recurse(n - 1);
    }
    HERE();
}

int main(void)
{
    for (int i = 0; i < 10; i++)
        recurse(1000);
    clear_stack();
    return 0;
}
