/* SPDX-License-Identifier: MIT
 * lost_cycles_joined.c: of two lost cycles, one of which points to the other, only the first has a direct head.
 *
 * run:
 *   args forward
 *   direct 1 32
 *   indirect 5 184
 *   held 5 184
 * run:
 *   args backward
 *   direct 1 32
 *   indirect 5 184
 *   held 5 184
 * run:
 *   args apart
 *   direct 2 72
 *   indirect 4 144
 *   held 4 144
 */
#include "case.h"

static NOINLINE void **cycle(size_t size)
{
    void **a = make(size), **b = make(size), **c = make(size);
    a[0] = b;
    b[0] = c;
    c[0] = a;
    return b;
}

/* 3 x 32 bytes point to 3 x 40 bytes: made in this order, or in the other. */
static NOINLINE void both(int backward, int apart)
{
    void **first, **second;
    if (backward) {
        second = cycle(40);
        first = cycle(32);
    } else {
        first = cycle(32);
        second = cycle(40);
    }
    if (!apart)
        first[2] = second;
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    both(!strcmp(how, "backward"), !strcmp(how, "apart"));
    clear_stack();
    return 0;
}
