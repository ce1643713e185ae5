/* SPDX-License-Identifier: MIT
 * micro_sites.c: 65536 distinct stacks, met in random order.
 */
#include "micro.h"

enum { LIVE = 1024 };

static void *down(uint32_t path, int bits);

static NOINLINE void *left(uint32_t path, int bits)
{
    void *p = down(path, bits);
    KEEP(p);
    return p;
}

static NOINLINE void *right(uint32_t path, int bits)
{
    void *p = down(path, bits);
    KEEP(p);
    return p;
}

static NOINLINE void *down(uint32_t path, int bits)
{
    void *p = bits == 0 ? written(48) : path & 1 ? right(path >> 1, bits - 1) : left(path >> 1, bits - 1);
    KEEP(p);
    return p;
}

static inline void *block(uint32_t random)
{
    return down(random, 16);
}

int main(int argc, char **argv)
{
    static void *live[LIVE];
    return measure_churn(argc, argv, live, LIVE, block);
}
