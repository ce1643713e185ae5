/* SPDX-License-Identifier: MIT
 * blocks_all_signals.c: threads that block every signal are stopped and scanned all the same.
 *
 * run:
 *   direct 1 7
 *   stack make lose main
 */
#include "case.h"
#include <semaphore.h>
#include <signal.h>

static sem_t ready, never;

static void *body(void *unused)
{
    sigset_t all;
    void *volatile held[4];
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    held[1] = make(126);
    clear_stack();
    sem_post(&ready);
    sem_wait(&never);
    return held[1] ? unused : NULL;
}

int main(void)
{
    sigset_t all;
    sigfillset(&all);
    sem_init(&ready, 0, 0);
    sem_init(&never, 0, 0);
    /* Once inherited, once set in the thread. */
    for (int i = 0; i < 4; i++) {
        pthread_t thread;
        if (i == 2)
            sigprocmask(SIG_BLOCK, &all, NULL);
        CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
        sem_wait(&ready);
    }
    lose(7, 1);
    return 0;
}
