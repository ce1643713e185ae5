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
    void *p = bits == 0 ? malloc(48) : path & 1 ? right(path >> 1, bits - 1) : left(path >> 1, bits - 1);
    KEEP(p);
    return p;
}

int main(int argc, char **argv)
{
    static void *live[LIVE];
    unsigned long n = operations(argc, argv);
    uint32_t state = 1;
    uint64_t start = now_ns();
    for (unsigned long i = 0; i < n; i++) {
        uint32_t r = next_random(&state);
        void **slot = &live[(r >> 16) % LIVE];
        free(*slot);
        *slot = down(r, 16);
        touch(*slot, 48);
    }
    result(start, n);
    return 0;
}
