/* SPDX-License-Identifier: MIT
 * micro_deep.c: every allocation is 40 distinct calls deep, and the stack is built anew each time.
 */
#include "micro.h"

enum { LIVE = 1024 };

static NOINLINE void *bottom(size_t n)
{
    void *p = written(n);
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

static inline void *block(uint32_t random)
{
    return a1(random % 64);
}

int main(int argc, char **argv)
{
    static void *live[LIVE];
    return measure_churn(argc, argv, live, LIVE, block);
}
