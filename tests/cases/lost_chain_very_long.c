/* SPDX-License-Identifier: MIT
 * lost_chain_very_long.c: a lost list of a million nodes overflows no stack.
 *
 * run:
 *   direct 1 24
 *   indirect 999999 23999976
 *   groups 2
 */
#include "case.h"

static NOINLINE void list(int n)
{
    void **head = NULL;
    while (n--) {
        void **node = make(24);
        node[2] = head;
        head = node;
    }
    KEEP(head);
}

int main(void)
{
    list(1000000);
    clear_stack();
    return 0;
}
