/* SPDX-License-Identifier: MIT
 * lost_child_of_live_parent.c: a child that a lost and a live block point to is not lost.
 *
 * run:
 *   direct 1 48
 *   indirect 0 0
 *   held 0 0
 */
#include "case.h"

void **alive;

static NOINLINE void family(void)
{
    void **dead = make(48);
    alive = make(48);
    alive[1] = dead[2] = make(40);
}

int main(void)
{
    family();
    clear_stack();
    return 0;
}
