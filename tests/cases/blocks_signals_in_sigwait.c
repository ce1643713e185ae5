/* SPDX-License-Identifier: MIT
 * blocks_signals_in_sigwait.c: a thread in sigwait for all signals, and one in ppoll with all blocked, are scanned and undisturbed.
 *
 * run:
 *   stdout got SIGUSR1
 *   direct 0 0
 */
#include "case.h"
#include "api.h"
#include <poll.h>
#include <semaphore.h>
#include <signal.h>

static sem_t ready;

static void *waits(void *unused)
{
    sigset_t all;
    int got = 0;
    void *volatile held = make(127);
    sigfillset(&all);
    clear_stack();
    sem_post(&ready);
    if (sigwait(&all, &got) == 0)
        puts(got == SIGUSR1 ? "got SIGUSR1" : "got another signal");
    free(held);
    return unused;
}

static void *polls(void *unused)
{
    sigset_t all;
    void *volatile held = make(128);
    sigfillset(&all);
    clear_stack();
    sem_post(&ready);
    while (held)
        ppoll(NULL, 0, NULL, &all);
    return unused;
}

int main(void)
{
    sigset_t all;
    pthread_t one, two;
    sigfillset(&all);
    sem_init(&ready, 0, 0);
    sigprocmask(SIG_BLOCK, &all, NULL);
    CHECK(pthread_create(&one, NULL, waits, NULL) == 0);
    CHECK(pthread_create(&two, NULL, polls, NULL) == 0);
    sem_wait(&ready);
    sem_wait(&ready);
    if (leaksgc_check)
        CHECK(check_now().direct.objects == 0);
    pthread_kill(one, SIGUSR1);
    pthread_join(one, NULL);
    return 0;
}
