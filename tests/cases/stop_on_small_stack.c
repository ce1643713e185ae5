/* SPDX-License-Identifier: MIT
 * stop_on_small_stack.c: nothing is written below an alternate signal stack of 4 KiB, whatever the library does in its handlers.
 *
 * run:
 *   direct 0 0
 * run: interval=1ms
 *   direct 0 0
 *   notes-any
 *   stderr-any
 */
#include "case.h"
#include <signal.h>
#include <time.h>

enum { STACK = 4 << 10, BELOW = 64 << 10, FILL = 0x5a, MILLISECONDS = 200 };

static char memory[BELOW + STACK];

static long now(void)
{
    struct timespec t;

    CHECK(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Busy outside of libc while the library makes its thread, and that checks. */
int main(void)
{
    stack_t alternate = { .ss_sp = memory + BELOW, .ss_size = STACK };
    long end = now() + MILLISECONDS;

    memset(memory, FILL, BELOW);
    CHECK(sigaltstack(&alternate, NULL) == 0);
    while (now() < end)
        for (volatile int i = 0; i < 1000000; i++)
            ;
    for (size_t i = 0; i < BELOW; i++)
        CHECK(memory[i] == FILL);
    return 0;
}
