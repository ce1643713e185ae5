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

#define NOINLINE __attribute__((noipa))
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

#endif
