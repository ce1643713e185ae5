/* SPDX-License-Identifier: MIT
 * life_signal_in_malloc.c: SIGTERM that comes in the middle of malloc, in a busy threaded program, hangs nothing.
 *
 * run:
 *   direct any
 *   indirect any
 *   site 3 33 make lose main
 *   signal SIGTERM
 *   lsan-differs
 */
#include "case.h"
#include <signal.h>
#include <sys/time.h>

static void *churn(void *unused)
{
    void *p[100] = { 0 };
    for (unsigned i = 0;; i++) {
        free(p[i % 100]);
        p[i % 100] = malloc(i * 7 % 4000);
    }
    return unused;
}

static void *killer(void *unused)
{
    usleep(50000);
    kill(getpid(), SIGTERM);
    return unused;
}

int main(void)
{
    pthread_t thread;
    sigset_t term;
    lose(11, 3);
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    CHECK(pthread_create(&thread, NULL, churn, NULL) == 0);
    pthread_sigmask(SIG_BLOCK, &term, NULL);
    CHECK(pthread_create(&thread, NULL, killer, NULL) == 0);
    pthread_sigmask(SIG_UNBLOCK, &term, NULL);
    churn(NULL);
}
