/* SPDX-License-Identifier: MIT
 * lost_self_pointer.c: a lost block that points to itself is direct.
 *
 * run:
 *   direct 3 144
 *   indirect 0 0
 */
#include "case.h"

static NOINLINE void narcissus(void)
{
    for (int i = 0; i < 3; i++) {
        void **p = make(48);
        p[0] = p;
        p[i + 1] = p;
    }
}

int main(void)
{
    narcissus();
    clear_stack();
    return 0;
}
