/* SPDX-License-Identifier: MIT
 * thread_from_timer.c: the threads that glibc makes for SIGEV_THREAD timers may allocate, and are scanned.
 *
 * run:
 *   direct 1 10
 *   stack make lose expired
 */
#include "case.h"
#include <semaphore.h>
#include <signal.h>
#include <time.h>

static sem_t ready, never;

static void expired(union sigval value)
{
    void *volatile held[3];
    held[1] = make(131);
    lose(10, 1);
    sem_post(value.sival_ptr);
    sem_wait(&never);
    KEEP(held[1]);
}

int main(void)
{
    timer_t timer;
    struct sigevent event = { 0 };
    struct itimerspec soon = { .it_value = { 0, 1000000 } };
    sem_init(&ready, 0, 0);
    sem_init(&never, 0, 0);
    event.sigev_notify = SIGEV_THREAD;
    event.sigev_value.sival_ptr = &ready;
    event.sigev_notify_function = expired;
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    CHECK(timer_settime(timer, 0, &soon, NULL) == 0);
    sem_wait(&ready);
    return 0;
}
