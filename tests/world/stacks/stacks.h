/* SPDX-License-Identifier: MIT
 * stacks.h: what the programs of stacks_verified.t share: chance, and allocations that are used. */
#ifndef TESTS_WORLD_STACKS_H
#define TESTS_WORLD_STACKS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline, noclone))
#define KEEP(p) __asm__ volatile("" : "+r"(p) : : "memory")

/* xorshift (public domain): the same numbers in every run. */
static inline uint32_t chance(uint32_t *state)
{
    uint32_t x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

/* One allocation of some kind; never a tail call. */
static inline void allocate(uint32_t r)
{
    void *p = r % 3 == 0 ? calloc(1, r % 200 + 1) : malloc(r % 300 + 1);
    KEEP(p);
    if (r % 5 == 0) {
        p = realloc(p, r % 500 + 1);
        KEEP(p);
    }
    free(p);
}

#endif
