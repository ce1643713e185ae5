/* SPDX-License-Identifier: MIT
 * micro_deep.c: every allocation is 40 distinct calls deep, and the stack is built anew each time.
 */
#include "micro.h"

enum { LIVE = 1024 };

static NOINLINE void *bottom(size_t n)
{
    void *p = malloc(n);
    KEEP(p);
    return p;
}

#define LEVEL(name, next)                    \
    static NOINLINE void *name(size_t n)     \
    {                                        \
        void *p = next(n + 1);               \
        KEEP(p);                             \
        return p;                            \
    }
#define FIVE(a, next) LEVEL(a##5, next) LEVEL(a##4, a##5) LEVEL(a##3, a##4) LEVEL(a##2, a##3) LEVEL(a##1, a##2)
FIVE(h, bottom)
FIVE(g, h1)
FIVE(f, g1)
FIVE(e, f1)
FIVE(d, e1)
FIVE(c, d1)
FIVE(b, c1)
FIVE(a, b1)

int main(int argc, char **argv)
{
    static void *live[LIVE];
    unsigned long n = operations(argc, argv);
    uint32_t state = 1;
    uint64_t start = now_ns();
    for (unsigned long i = 0; i < n; i++) {
        uint32_t r = next_random(&state);
        free(live[r % LIVE]);
        void *p = a1((r >> 16) % 64);
        touch(p, 1);
        live[r % LIVE] = p;
    }
    result(start, n);
    return 0;
}
