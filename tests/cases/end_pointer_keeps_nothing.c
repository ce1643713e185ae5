/* SPDX-License-Identifier: MIT
 * end_pointer_keeps_nothing.c: a pointer one past the usable end of a block is no pointer into it; one to the last byte is.
 *
 * run:
 *   args end
 *   direct 5 1904
 * run:
 *   args last
 *   direct 0 0
 */
#include "case.h"

char *held[5];
static const size_t sizes[5] = { 16, 112, 240, 1024, 512 }; /* as much as malloc_usable_size says */

static NOINLINE void fill(int last)
{
    for (int i = 0; i < 5; i++) {
        held[i] = (char *)make(sizes[i]) + sizes[i] - (size_t)last;
        /* Sizes of one class each, or the end could be the start of another lost
         * block.  A neighbour in between, which the pointer might hit: freed. */
        free(make(sizes[i]));
    }
}

int main(int argc, char **argv)
{
    fill(argc > 1 && !strcmp(argv[1], "last"));
    clear_stack();
    return 0;
}
