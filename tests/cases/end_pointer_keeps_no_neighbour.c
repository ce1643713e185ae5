/* SPDX-License-Identifier: MIT
 * end_pointer_keeps_no_neighbour.c: a pointer one past the end of a block keeps that block, as bdwgc has it, and never the block behind it.
 *
 * run:
 *   direct 2000 4016000
 */
#include "case.h"

enum { PAIRS = 2000 };
char *end[PAIRS];

static NOINLINE void fill(void)
{
    for (int i = 0; i < PAIRS; i++) {
        size_t size = (size_t)(i % 250 + 1) * 16;
        end[i] = (char *)make(size) + size;
        lose(size, 1);
    }
}

int main(void)
{
    fill();
    clear_stack();
    return 0;
}
