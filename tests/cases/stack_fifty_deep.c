/* SPDX-License-Identifier: MIT
 * stack_fifty_deep.c: the stack of an allocation names all fifty callers, in code without frame pointers.
 *
 * run:
 *   direct 1 50
 *   groups 1
 *   stack make bottom f49 f48 f47 f46 f45 f44 f43 f42 f41 f40 f39 f38 f37 f36 f35 f34 f33 f32 f31 f30 f29 f28 f27 f26 f25 f24 f23 f22 f21 f20 f19 f18 f17 f16 f15 f14 f13 f12 f11 f10 f09 f08 f07 f06 f05 f04 f03 f02 f01 f00 main
 */
#include "case.h"

/* Frames of many shapes: the number of locals and saved registers differs. */
#define LEVEL(name, next, n)                                        \
    static NOINLINE unsigned name(unsigned x)                       \
    {                                                               \
        volatile unsigned local[(n) % 7 * 5 + 1];                   \
        unsigned a = x * 3 + n, b = x ^ n, c = x << 2, d = x + 7;   \
        local[0] = next(a) + (n);                                   \
        return local[0] + a * b + c * d * ((n) % 3) + a;            \
    }

static NOINLINE unsigned bottom(unsigned x)
{
    void *p = make(50);
    KEEP(p);
    return x;
}

LEVEL(f49, bottom, 49)
LEVEL(f48, f49, 48)
LEVEL(f47, f48, 47)
LEVEL(f46, f47, 46)
LEVEL(f45, f46, 45)
LEVEL(f44, f45, 44)
LEVEL(f43, f44, 43)
LEVEL(f42, f43, 42)
LEVEL(f41, f42, 41)
LEVEL(f40, f41, 40)
LEVEL(f39, f40, 39)
LEVEL(f38, f39, 38)
LEVEL(f37, f38, 37)
LEVEL(f36, f37, 36)
LEVEL(f35, f36, 35)
LEVEL(f34, f35, 34)
LEVEL(f33, f34, 33)
LEVEL(f32, f33, 32)
LEVEL(f31, f32, 31)
LEVEL(f30, f31, 30)
LEVEL(f29, f30, 29)
LEVEL(f28, f29, 28)
LEVEL(f27, f28, 27)
LEVEL(f26, f27, 26)
LEVEL(f25, f26, 25)
LEVEL(f24, f25, 24)
LEVEL(f23, f24, 23)
LEVEL(f22, f23, 22)
LEVEL(f21, f22, 21)
LEVEL(f20, f21, 20)
LEVEL(f19, f20, 19)
LEVEL(f18, f19, 18)
LEVEL(f17, f18, 17)
LEVEL(f16, f17, 16)
LEVEL(f15, f16, 15)
LEVEL(f14, f15, 14)
LEVEL(f13, f14, 13)
LEVEL(f12, f13, 12)
LEVEL(f11, f12, 11)
LEVEL(f10, f11, 10)
LEVEL(f09, f10, 9)
LEVEL(f08, f09, 8)
LEVEL(f07, f08, 7)
LEVEL(f06, f07, 6)
LEVEL(f05, f06, 5)
LEVEL(f04, f05, 4)
LEVEL(f03, f04, 3)
LEVEL(f02, f03, 2)
LEVEL(f01, f02, 1)
LEVEL(f00, f01, 0)

int main(int argc, char **argv)
{
    (void)argv;
    unsigned n = f00((unsigned)argc);
    KEEP(n);
    clear_stack();
    return 0;
}
