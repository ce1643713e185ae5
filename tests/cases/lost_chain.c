/* SPDX-License-Identifier: MIT
 * lost_chain.c: of a lost linked list the head is direct, all others are indirect, and the head says that it holds them.
 *
 * run:
 *   direct 1 16
 *   indirect 999 15984
 *   held 999 15984
 */
#include "case.h"

static NOINLINE void list(int n)
{
    void **head = NULL;
    while (n--) {
        void **node = make(16);
        node[0] = head;
        node[1] = NULL;
        head = node;
    }
    KEEP(head);
}

int main(void)
{
    list(1000);
    clear_stack();
    return 0;
}
