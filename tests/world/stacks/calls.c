/* SPDX-License-Identifier: MIT
 * calls.c: random walks through a call graph with frames of every shape, which allocates everywhere.
 *
 * Built twice, with PART 0 and 1 and different flags; the parts call each
 * other.  Part 0 has main.
 */
#include <alloca.h>
#include <setjmp.h>

#include "stacks.h"

typedef uint64_t function(uint32_t *state, int depth, uint64_t a, uint64_t b);
enum { SHAPES = 12 };

#if PART == 0
#define SHAPE(n) part0_##n
#define table part0_table
#define other part1_table
#else
#define SHAPE(n) part1_##n
#define table part1_table
#define other part0_table
#endif
extern function *const table[SHAPES], *const other[SHAPES];

static NOINLINE uint64_t next(uint32_t *state, int depth, uint64_t a, uint64_t b)
{
    uint32_t r = chance(state);
    function *f = r & 64 ? table[r % SHAPES] : other[r % SHAPES];

    if (r % 7 == 0)
        allocate(r);
    return depth <= 0 ? a + b : f(state, depth - 1, a + r, b ^ a);
}

static uint64_t SHAPE(leafy)(uint32_t *state, int depth, uint64_t a, uint64_t b)
{
    allocate(chance(state));
    return next(state, depth - 3, a, b) + 1;
}

static uint64_t SHAPE(loops)(uint32_t *state, int depth, uint64_t a, uint64_t b)
{
    for (uint32_t i = chance(state) % 4; i > 0; i--) {
        a += next(state, depth / 2, a, b);
        allocate((uint32_t)a);
    }
    return a;
}

/* All six registers that a call preserves are in use, rbp as data. */
static uint64_t SHAPE(registers)(uint32_t *state, int depth, uint64_t a, uint64_t b)
{
    uint64_t c = a * 3, d = b * 5, e = a ^ b, f = c + d, g = e * 7;

    a += next(state, depth - 1, c, d);
    allocate((uint32_t)g);
    return a + b + c + d + e + f + g + next(state, depth - 2, e, f);
}

static uint64_t SHAPE(alloca_some)(uint32_t *state, int depth, uint64_t a, uint64_t b)
{
    size_t n = chance(state) % 400 + 8;
    char *some = alloca(n);

    memset(some, (int)a, n);
    a += next(state, depth - 1, a, b);
    allocate((uint32_t)a);
    return a + (uint64_t)some[n / 2];
}

static uint64_t SHAPE(alloca_in_loop)(uint32_t *state, int depth, uint64_t a, uint64_t b)
{
    for (int i = 0; i < 3; i++) {
        char *some = alloca(chance(state) % 100 + 1);

        *some = (char)i;
        KEEP(some);
        allocate((uint32_t)a + (uint32_t)i);
        a += next(state, depth / 2 - 1, a, b);
    }
    return a;
}

static uint64_t SHAPE(variable_array)(uint32_t *state, int depth, uint64_t a, uint64_t b)
{
    size_t n = chance(state) % 50 + 1;
    uint64_t array[n], *p = array;

    array[0] = array[n - 1] = b;
    KEEP(p);
    a += next(state, depth - 1, a, b);
    return a + p[n - 1];
}

static uint64_t SHAPE(large_frame)(uint32_t *state, int depth, uint64_t a, uint64_t b)
{
    volatile char array[5000];

    array[b % 5000] = (char)a;
    return next(state, depth - 1, a, b) + (uint64_t)array[b % 5000];
}

static uint64_t SHAPE(aligned_frame)(uint32_t *state, int depth, uint64_t a, uint64_t b)
{
    _Alignas(64) volatile uint64_t wide[8];

    for (int i = 0; i < 8; i++)
        wide[i] = a * (uint64_t)i;
    a += next(state, depth - 1, a, b);
    allocate((uint32_t)b);
    return a + wide[b % 8];
}

static uint64_t SHAPE(tail_call)(uint32_t *state, int depth, uint64_t a, uint64_t b)
{
    function *const *f = a & 1 ? &table[chance(state) % SHAPES] : &other[chance(state) % SHAPES];

    return depth <= 0 ? b : (*f)(state, depth - 1, b, a);
}

static uint64_t SHAPE(recursive)(uint32_t *state, int depth, uint64_t a, uint64_t b)
{
    uint64_t sum;

    if (depth <= 0 || a % 11 == 0)
        return next(state, depth - 1, a + 1, b);
    sum = SHAPE(recursive)(state, depth - 1, a + 1, b);
    allocate((uint32_t)sum);
    return a & 2 ? sum + SHAPE(recursive)(state, depth / 2 - 2, a + 2, b) : sum;
}

#if PART == 0
jmp_buf back;
int jumping;
#else
extern jmp_buf back;
extern int jumping;
#endif

static uint64_t SHAPE(jumps)(uint32_t *state, int depth, uint64_t a, uint64_t b)
{
    volatile uint64_t sum = a;

    if (jumping || depth < 4) {
        if (jumping && chance(state) % 4 == 0)
            longjmp(back, 1);
        return next(state, depth - 2, a, b);
    }
    jumping = 1;
    if (setjmp(back) == 0)
        sum += next(state, depth / 2, a, b);
    jumping = 0;
    allocate((uint32_t)b);
    return sum + next(state, depth / 2, a, b);
}

static int compare(const void *x, const void *y)
{
    allocate(*(const uint32_t *)x);
    return *(const uint32_t *)x < *(const uint32_t *)y ? -1 : 1;
}

static uint64_t SHAPE(through_libc)(uint32_t *state, int depth, uint64_t a, uint64_t b)
{
    uint32_t v[6];

    for (int i = 0; i < 6; i++)
        v[i] = chance(state);
    if (b % 3 == 0)
        qsort(v, 6, sizeof *v, compare);
    return next(state, depth - 1, a + v[0], b);
}

function *const table[SHAPES] = {
    SHAPE(leafy), SHAPE(loops), SHAPE(registers), SHAPE(alloca_some), SHAPE(alloca_in_loop),
    SHAPE(variable_array), SHAPE(large_frame), SHAPE(aligned_frame), SHAPE(tail_call), SHAPE(recursive),
    SHAPE(jumps), SHAPE(through_libc)
};

#if PART == 0
int main(int argc, char **argv)
{
    uint32_t state = 7;
    uint64_t sum = 0;

    for (int i = argc > 1 ? atoi(argv[1]) : 1; i > 0; i--)
        sum = sum * 31 + next(&state, (int)(chance(&state) % 90), sum, (uint64_t)i);
    printf("%llx\n", (unsigned long long)sum);
    return 0;
}
#endif
