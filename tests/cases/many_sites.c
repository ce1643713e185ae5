/* SPDX-License-Identifier: MIT
 * many_sites.c: ten thousand distinct stacks are ten thousand entries, symbolized.
 *
 * run:
 *   direct 20000 1280000
 *   groups 10000
 *   stack make leaf
 */
#include "case.h"

/* The path through left() and right() spells a number of 14 bits. */
static void down(unsigned path, int bits);

static NOINLINE void leaf(void)
{
    void *p = make(64);
    KEEP(p);
    HERE();
}

static NOINLINE void left(unsigned path, int bits)
{
    down(path, bits);
    HERE();
}

static NOINLINE void right(unsigned path, int bits)
{
    down(path, bits);
    HERE();
}

static NOINLINE void down(unsigned path, int bits)
{
    if (bits == 0)
        leaf();
    else if (path & 1)
        right(path >> 1, bits - 1);
    else
        left(path >> 1, bits - 1);
    HERE();
}

int main(void)
{
    for (volatile int round = 0; round < 2; round++)
        for (unsigned i = 0; i < 10000; i++)
            down(i, 14);
    clear_stack();
    return 0;
}
