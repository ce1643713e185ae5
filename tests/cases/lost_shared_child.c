/* SPDX-License-Identifier: MIT
 * lost_shared_child.c: a child of two lost parents is indirect, and counted once.
 *
 * run:
 *   direct 2 96
 *   indirect 1 40
 *   held 1 40
 */
#include "case.h"

static NOINLINE void family(void)
{
    void **a = make(48), **b = make(48);
    a[1] = b[2] = make(40);
}

int main(void)
{
    family();
    clear_stack();
    return 0;
}
