/* SPDX-License-Identifier: MIT
 * max_sites_is_said.c: with more sites than max_sites no object goes uncounted, and the report says that the table was full.
 *
 * run: max_sites=100
 *   direct 1024 65536
 *   note (?i)(site|stack)
 *   stderr-any
 */
#include "case.h"

static void down(unsigned path, int bits);

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
    if (bits == 0) {
        void *p = make(64);
        KEEP(p);
    } else if (path & 1) {
        right(path >> 1, bits - 1);
    } else {
        left(path >> 1, bits - 1);
    }
    HERE();
}

int main(void)
{
    for (unsigned i = 0; i < 1024; i++)
        down(i, 10);
    clear_stack();
    return 0;
}
