/* SPDX-License-Identifier: MIT
 * uses_collector_signals.c: a program that uses SIGPWR, SIGXCPU and real-time signals itself gets every one of them.
 *
 * run:
 *   stdout PWR 2 XCPU 2 RTMIN 2 RTMAX 2
 *   direct 1 8
 */
#include "case.h"
#include "api.h"
#include <semaphore.h>
#include <signal.h>

static int volatile pwr, xcpu, rtmin, rtmax;
static sem_t ready, never;

static void handler(int number)
{
    if (number == SIGPWR)
        pwr++;
    else if (number == SIGXCPU)
        xcpu++;
    else if (number == SIGRTMIN)
        rtmin++;
    else if (number == SIGRTMAX)
        rtmax++;
}

static void *body(void *unused)
{
    sem_post(&ready);
    for (;;)
        sem_wait(&never);
    return unused;
}

int main(void)
{
    int numbers[] = { SIGPWR, SIGXCPU, SIGRTMIN, SIGRTMAX };
    pthread_t thread;
    sem_init(&ready, 0, 0);
    sem_init(&never, 0, 0);
    for (int i = 0; i < 4; i++) {
        struct sigaction action = { 0 }, back = { 0 };
        action.sa_handler = handler;
        action.sa_flags = SA_RESTART;
        CHECK(sigaction(numbers[i], &action, NULL) == 0);
        CHECK(sigaction(numbers[i], NULL, &back) == 0 && back.sa_handler == handler);
    }
    CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
    sem_wait(&ready);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 4; i++)
            raise(numbers[i]);
        if (leaksgc_check)
            check_now();
    }
    printf("PWR %d XCPU %d RTMIN %d RTMAX %d\n", pwr, xcpu, rtmin, rtmax);
    lose(8, 1);
    return 0;
}
