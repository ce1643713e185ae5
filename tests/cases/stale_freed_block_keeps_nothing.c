/* SPDX-License-Identifier: MIT
 * stale_freed_block_keeps_nothing.c: pointers in freed blocks keep nothing, even if the freed block is still pointed to.
 *
 * run:
 *   direct 20 2000
 *   stack make fill
 */
#include "case.h"

void **dangling[20];

static NOINLINE void fill(void)
{
    /* Small and large blocks; the pointer is past what free() itself uses. */
    for (int i = 0; i < 20; i++) {
        size_t n = i < 15 ? (size_t)(i + 1) * 64 : (size_t)(i + 1) * 10000;
        dangling[i] = make(n);
        dangling[i][6] = make(100);
    }
    for (int i = 0; i < 20; i++)
        free(dangling[i]);
}

int main(void)
{
    fill();
    clear_stack();
    return 0;
}
