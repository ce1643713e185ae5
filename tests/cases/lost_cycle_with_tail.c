/* SPDX-License-Identifier: MIT
 * lost_cycle_with_tail.c: a lost block that points into a cycle is its one head; what hangs on the cycle is indirect.
 *
 * run:
 *   direct 1 24
 *   indirect 4 168
 *   held 4 168
 */
#include "case.h"

static NOINLINE void graph(void)
{
    void **tail = make(48), **a = make(40), **b = make(40), **c = make(40), **head = make(24);
    a[0] = b;
    b[0] = c;
    c[0] = a;
    b[2] = tail;
    head[1] = c;
}

int main(void)
{
    graph();
    clear_stack();
    return 0;
}
