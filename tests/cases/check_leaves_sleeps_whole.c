/* SPDX-License-Identifier: MIT
 * check_leaves_sleeps_whole.c: under checks without a pause, every kind of sleep lasts at least its time and says so.
 *
 * run:
 *   direct 0 0
 *   stdout 10 sleeps
 */
#include "case.h"
#include "api.h"
#include "checks.h"
#include <threads.h>

enum { LONG = 300000000 };
static const struct timespec third = { 0, LONG };
/* What libc writes only if a handler of the program ends a sleep. */
static struct timespec left[10];
static atomic_int slept;

static void *sleeps(void *argument)
{
    int kind = (int)(intptr_t)argument;
    clockid_t clock = kind == 7 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
    int64_t begin = clock_now(clock), least = kind == 3 ? 1000000000 : LONG;
    struct timespec until, both = third, *rest = &left[kind];
    errno = 0;
    switch (kind) {
    case 0:
        CHECK(nanosleep(&third, rest) == 0);
        break;
    case 1:
        CHECK(nanosleep(&both, &both) == 0);
        CHECK(both.tv_sec == third.tv_sec && both.tv_nsec == third.tv_nsec);
        break;
    case 2:
        CHECK(usleep(LONG / 1000) == 0);
        break;
    case 3:
        CHECK(sleep(1) == 0);
        break;
    case 4:
        CHECK(thrd_sleep(&third, rest) == 0);
        break;
    case 5:
        CHECK(clock_nanosleep(CLOCK_REALTIME, 0, &third, rest) == 0);
        break;
    case 6:
        CHECK(clock_nanosleep(CLOCK_BOOTTIME, 0, &third, rest) == 0);
        break;
    case 7: /* the checks use the processor meanwhile */
        CHECK(clock_nanosleep(clock, 0, &third, rest) == 0);
        break;
    case 8:
        until = after_ns(CLOCK_MONOTONIC, LONG);
        CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, rest) == 0);
        break;
    default:
        CHECK(nanosleep(&third, NULL) == 0);
    }
    CHECK(errno == 0);
    CHECK(clock_now(clock) - begin >= least);
    CHECK(rest->tv_sec == 77 && rest->tv_nsec == 77);
    slept++;
    return NULL;
}

int main(void)
{
    const struct timespec wrong = { 0, 1000000000 };
    pthread_t threads[10];
    NEED(leaksgc_check);
    checks_begin();
    for (intptr_t i = 0; i < 10; i++) {
        left[i].tv_sec = left[i].tv_nsec = 77;
        CHECK(pthread_create(&threads[i], NULL, sleeps, (void *)i) == 0);
    }
    for (int i = 0; i < 10; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(nanosleep(&wrong, NULL) == -1 && errno == EINVAL);
    CHECK(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &third, NULL) == EINVAL);
    checks_stop();
    printf("%d sleeps\n", slept);
    return 0;
}
