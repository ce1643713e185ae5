/* SPDX-License-Identifier: MIT
 * reach_main_tls.c: a pointer in a thread-local variable of the main thread keeps its block.
 *
 * run: use_tls=1
 *   direct 0 0
 * run: use_tls=0
 *   direct 1 107
 *   stack make main
 */
#include "case.h"

static __thread void *held;

int main(void)
{
    held = make(107);
    KEEP(held);
    clear_stack();
    return 0;
}
