/* SPDX-License-Identifier: MIT
 * threads_timer_events.c: checks in place, while libc makes and ends threads for a timer with all signals blocked, read no stack that is gone.
 *
 * run: snapshot=stop:interval=1ms
 *   direct any
 *   notes-any
 *   stderr-any
 */
#include "case.h"
#include <signal.h>
#include <time.h>

enum { TIMES = 3000, PERIOD_NS = 200000 };

static volatile int times;

static void on_time(union sigval unused)
{
    (void)unused;
    free(malloc(100));
    __atomic_add_fetch(&times, 1, __ATOMIC_SEQ_CST);
}

int main(void)
{
    struct sigevent event = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_time };
    struct itimerspec often = { { 0, PERIOD_NS }, { 0, PERIOD_NS } };
    struct timespec moment = { 0, 50000000 };
    timer_t timer;

    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    CHECK(timer_settime(timer, 0, &often, NULL) == 0);
    while (times < TIMES)
        free(malloc(1000));
    CHECK(timer_delete(timer) == 0);
    nanosleep(&moment, NULL);
    return 0;
}
