/* SPDX-License-Identifier: MIT
 * stale_shrunk_block_keeps_nothing.c: a pointer beyond the requested size of a block keeps nothing after realloc cut it off.
 *
 * run:
 *   direct 1 100
 *   stack make fill
 */
#include "case.h"

void **held;

static NOINLINE void fill(void)
{
    held = make(4000);
    held[400] = make(100);
    held = realloc(held, 1000);
    CHECK(held);
}

int main(void)
{
    fill();
    clear_stack();
    return 0;
}
