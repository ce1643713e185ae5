/* SPDX-License-Identifier: MIT
 * clock.c: reads the coarse clock, and knows when what was read has aged. */
#include "capture/clock.h"

#include <atomic_ops.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/rseq.h>
#include <time.h>

enum { SHIFT = 20, PERIOD = 64 };

/* struct rseq_cs: version, flags, start, length, where to go on when it is
 * disturbed: a place that the kernel wants to be marked by the signature
 * that libc has registered. */
__asm__(".pushsection .text, \"ax\"\n"
        "  .byte 0x0f, 0xb9, 0x3d\n" /* ud1, with the signature as its operand */
        "  .long 0x53053053\n"
        "0: ud2\n"
        "1: ud2\n"
        "  .popsection\n"
        "  .pushsection .data.rel.ro, \"aw\"\n"
        "  .balign 32\n"
        "  .globl lgc_clock_never\n"
        "  .hidden lgc_clock_never\n"
        "  .type lgc_clock_never, @object\n"
        "  .size lgc_clock_never, 32\n"
        "lgc_clock_never:\n"
        "  .long 0, 0\n"
        "  .quad 1b, 2, 0b\n"
        "  .popsection\n");

static volatile uint64_t always_disturbed;
LGC_TLS struct lgc_clock lgc_clock = { .undisturbed = &always_disturbed };

static AO_t youngest;   /* no later time than this is to be told any more    */
static int64_t epoch_ns; /* CLOCK_REALTIME_COARSE at the start               */
static uint64_t start_ns; /* CLOCK_MONOTONIC_COARSE at the start             */

/* glibc 2.35 and later; it may have been told not to register the area. */
extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned int __rseq_size __attribute__((weak));

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void lgc_clock_start(void)
{
    /* Both of the same tick: no time is ever ahead of the real one. */
    epoch_ns = (int64_t)clock_ns(CLOCK_REALTIME_COARSE);
    start_ns = clock_ns(CLOCK_MONOTONIC_COARSE);
}

int64_t lgc_clock_epoch_ns(uint32_t time) { return epoch_ns + ((int64_t)time << SHIFT); }

int64_t lgc_clock_epoch_now(void)
{
    return epoch_ns + (int64_t)(clock_ns(CLOCK_MONOTONIC) - start_ns);
}

static uint32_t read_now(void)
{
    uint64_t t = (clock_ns(CLOCK_MONOTONIC_COARSE) - start_ns) >> SHIFT;
    AO_t least = AO_load(&youngest);

    return (uint32_t)(t < least ? least : t < UINT32_MAX - 1 ? t : UINT32_MAX - 1);
}

static bool has_area(void)
{
    return &__rseq_size != NULL && __rseq_size != 0;
}

LGC_NOINLINE uint32_t lgc_clock_read(void)
{
    struct lgc_clock *c = &lgc_clock;
    uint32_t before = c->now;

    if (has_area()) {
        c->undisturbed = (volatile uint64_t *)((char *)__builtin_thread_pointer() + __rseq_offset +
                                               offsetof(struct rseq, rseq_cs));
        /* First, so that a disturbance from here on is seen. */
        *c->undisturbed = (uint64_t)(uintptr_t)lgc_clock_never;
    }
    c->now = read_now();
    c->period = c->now - before > 1 ? c->period / 2 : c->period < PERIOD / 2 ? 2 * c->period + 1 : PERIOD;
    c->left = c->period;
    return c->now;
}

uint32_t lgc_clock_step(void)
{
    uint32_t now = read_now();

    lgc_clock.left = 0;
    AO_store(&youngest, now + 1ul);
    return now;
}
