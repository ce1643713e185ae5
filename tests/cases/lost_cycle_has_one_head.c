/* SPDX-License-Identifier: MIT
 * lost_cycle_has_one_head.c: a lost cycle has exactly one direct head, which holds the rest.
 *
 * run:
 *   args 2
 *   direct 1 64
 *   indirect 1 64
 *   held 1 64
 * run:
 *   args 1000
 *   direct 1 64
 *   indirect 999 63936
 *   held 999 63936
 */
#include "case.h"

static NOINLINE void cycle(int n)
{
    void **first = make(64), **last = first;
    while (--n) {
        void **node = make(64);
        node[3] = last;
        last = node;
    }
    first[3] = last;
}

int main(int argc, char **argv)
{
    cycle(argc > 1 ? atoi(argv[1]) : 2);
    clear_stack();
    return 0;
}
