/* SPDX-License-Identifier: MIT
 * signals.c: handlers that interrupt a program anywhere, and allocate, on its own stack and on another.
 *
 * One that comes in the middle of an allocation does not allocate itself
 * (that is not allowed).  One of them leaves by siglongjmp.
 */
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "stacks.h"

static volatile sig_atomic_t allocating, alarms, leave;
static sigjmp_buf out;

static NOINLINE void in_handler(int depth, uint32_t r)
{
    if (depth > 0)
        in_handler(depth - 1, r * 5 + 1);
    allocate(r);
}

static void on_alarm(int signo)
{
    alarms++;
    if (allocating)
        return;
    in_handler(alarms % 9, (uint32_t)alarms);
    if (signo == SIGALRM && alarms % 3 == 0)
        raise(SIGUSR1); /* one handler on top of another */
    if (leave) {
        leave = 0;
        siglongjmp(out, 1);
    }
}

static NOINLINE unsigned work(int depth, uint32_t *state)
{
    unsigned sum = chance(state) % 100;

    if (depth > 0)
        sum += work(depth - 1, state) + (sum % 3 ? work(depth - 2, state) : 0);
    allocating = 1;
    allocate(sum);
    allocating = 0;
    return sum;
}

int main(void)
{
    static char other_stack[65536];
    stack_t alt = { .ss_sp = other_stack, .ss_size = sizeof other_stack };
    struct sigaction sa = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
    struct itimerval soon = { { 0, 300 }, { 0, 300 } }, never = { { 0, 0 }, { 0, 0 } };
    uint32_t state = 3;
    volatile unsigned sum = 0;

    sigaltstack(&alt, NULL);
    sigaction(SIGUSR1, &sa, NULL);
    for (volatile int round = 0; round < 6; round++) {
        sa.sa_flags = SA_RESTART | (round & 1 ? SA_ONSTACK : 0);
        sigaction(SIGALRM, &sa, NULL);
        setitimer(ITIMER_REAL, &soon, NULL);
        for (int i = 0; i < 6; i++)
            sum += work(11, &state);
        for (int until = alarms + 30; alarms < until;) { /* some come for sure */
            volatile int spin = 0;

            for (int i = 0; i < 1000; i++)
                spin += i;
        }
        if (sigsetjmp(out, 1) == 0) {
            leave = 1;
            for (;;)
                pause();
        }
        setitimer(ITIMER_REAL, &never, NULL);
        sum += work(8, &state);
    }
    printf("%u\n", sum);
    return 0;
}
