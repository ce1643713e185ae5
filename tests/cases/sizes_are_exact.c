/* SPDX-License-Identifier: MIT
 * sizes_are_exact.c: every size is reported as it was requested, from 0 bytes to 100 MiB, and so are aligned blocks.
 *
 * run:
 *   entry direct 1 0 make size_0
 *   entry direct 1 1 make size_1
 *   entry direct 1 16 make size_16
 *   entry direct 1 17 make size_17
 *   entry direct 1 2047 make size_2047
 *   entry direct 1 2048 make size_2048
 *   entry direct 1 2049 make size_2049
 *   entry direct 1 4096 make size_4096
 *   entry direct 1 4097 make size_4097
 *   entry direct 1 1048576 make size_1048576
 *   entry direct 1 104857600 make size_104857600
 *   entry direct 1 33 aligned
 *   direct 12 105920580
 *   groups 12
 */
#include "case.h"
#include <malloc.h>

#define SIZE(n)                           \
    static NOINLINE void size_##n(void)   \
    {                                     \
        void *p = make(n);                \
        KEEP(p);                          \
    }
SIZE(0)
SIZE(1)
SIZE(16)
SIZE(17)
SIZE(2047)
SIZE(2048)
SIZE(2049)
SIZE(4096)
SIZE(4097)
SIZE(1048576)
SIZE(104857600)

static NOINLINE void aligned(void)
{
    void *p = memalign(65536, 33);
    KEEP(p);
}

int main(void)
{
    size_0();
    size_1();
    size_16();
    size_17();
    size_2047();
    size_2048();
    size_2049();
    size_4096();
    size_4097();
    size_1048576();
    size_104857600();
    aligned();
    clear_stack();
    return 0;
}
