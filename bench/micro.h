/* SPDX-License-Identifier: MIT
 * micro.h: what the micro-benchmarks share: a clock, a generator, and the line that they print.
 *
 * Each takes the number of operations, and prints "NANOSECONDS OPERATIONS" for
 * its loop alone, without the start of the process.  An operation is a block
 * that was allocated, written to, and freed or resized; a line of cache is
 * written to once, as by a program that fills what it asks for.
 */
#ifndef BENCH_MICRO_H
#define BENCH_MICRO_H

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A call that stays one. */
#ifdef __clang__
#define NOINLINE __attribute__((noinline, disable_tail_calls))
#else
#define NOINLINE __attribute__((noipa))
#endif
#define KEEP(p) __asm__ volatile("" : "+r"(p) : : "memory")
#define HERE() __asm__ volatile("" : : : "memory")

static inline uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline uint32_t next_random(uint32_t *state)
{
    uint32_t x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

static inline unsigned long operations(int argc, char **argv)
{
    unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    if (n == 0) {
        fprintf(stderr, "usage: %s OPERATIONS\n", argv[0]);
        exit(2);
    }
    return n;
}

static inline void touch(void *block, size_t size)
{
    for (size_t i = 0; i < size; i += 64)
        ((volatile char *)block)[i] = 1;
}

static inline void result(uint64_t start, unsigned long n)
{
    printf("%llu %lu\n", (unsigned long long)(now_ns() - start), n);
}

/* n times: a block takes the place of one of `slots` live ones, at random.
 * Inlined, so that each program has a loop of its own. */
static inline __attribute__((always_inline)) void churn(void **live, uint32_t slots, unsigned long n, uint32_t seed,
                                                        void *(*block)(uint32_t random))
{
    for (unsigned long i = 0; i < n; i++) {
        uint32_t r = next_random(&seed);
        free(live[r % slots]);
        live[r % slots] = block(r >> 16);
    }
}

static inline __attribute__((always_inline)) int measure_churn(int argc, char **argv, void **live, uint32_t slots,
                                                               void *(*block)(uint32_t random))
{
    unsigned long n = operations(argc, argv);
    uint64_t start = now_ns();
    churn(live, slots, n, 1, block);
    result(start, n);
    return 0;
}

static inline void *written(size_t size)
{
    void *p = malloc(size);
    touch(p, size);
    return p;
}

#endif
