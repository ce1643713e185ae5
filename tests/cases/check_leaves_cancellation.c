/* SPDX-License-Identifier: MIT
 * check_leaves_cancellation.c: a wait that checks interrupt is still a cancellation point, and its thread ends with the mask it had.
 *
 * run:
 *   direct 0 0
 *   stdout 16 threads cancelled
 */
#include "case.h"
#include "api.h"
#include "checks.h"
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/select.h>

enum { KINDS = 8 };
static atomic_int cleaned;
static sem_t ready;

static void cleanup(void *unused)
{
    sigset_t now;
    (void)unused;
    CHECK(pthread_sigmask(SIG_BLOCK, NULL, &now) == 0);
    for (int sig = 1; sig < 32; sig++)
        CHECK(sigismember(&now, sig) == (sig == SIGUSR2));
    cleaned++;
}

static void wait_for_ever(int kind)
{
    const struct timespec hour = { 3600, 0 };
    struct epoll_event event;
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR2);
    switch (kind) {
    case 0:
        sigsuspend(&mask);
        break;
    case 1:
        pause();
        break;
    case 2:
        ppoll(NULL, 0, &hour, &mask);
        break;
    case 3:
        poll(NULL, 0, -1);
        break;
    case 4:
        nanosleep(&hour, NULL);
        break;
    case 5:
        epoll_wait(epoll_create1(0), &event, 1, -1);
        break;
    case 6:
        select(0, NULL, NULL, NULL, NULL);
        break;
    default:
        sigtimedwait(&mask, NULL, &hour);
    }
}

static void *waits(void *argument)
{
    int kind = (int)(intptr_t)argument;
    pthread_cleanup_push(cleanup, NULL);
    if (kind >= KINDS) { /* cancelled before it waits */
        CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
        CHECK(pthread_cancel(pthread_self()) == 0);
        CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL) == 0);
    }
    sem_post(&ready);
    wait_for_ever(kind % KINDS);
    CHECK(!"it came back");
    pthread_cleanup_pop(0);
    return NULL;
}

int main(void)
{
    pthread_t threads[2 * KINDS];
    sigset_t mask;
    NEED(leaksgc_check);
    sem_init(&ready, 0, 0);
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR2);
    CHECK(sigprocmask(SIG_BLOCK, &mask, NULL) == 0);
    checks_begin();
    for (intptr_t i = 0; i < 2 * KINDS; i++)
        CHECK(pthread_create(&threads[i], NULL, waits, (void *)i) == 0);
    for (int i = 0; i < 2 * KINDS; i++)
        sem_wait(&ready);
    checks_wait(50);
    for (int i = 0; i < 2 * KINDS; i++) {
        void *value;
        if (i < KINDS)
            CHECK(pthread_cancel(threads[i]) == 0);
        CHECK(pthread_join(threads[i], &value) == 0 && value == PTHREAD_CANCELED);
    }
    checks_stop();
    printf("%d threads cancelled\n", cleaned);
    return 0;
}
