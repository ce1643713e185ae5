/* SPDX-License-Identifier: MIT
 * check_leaves_sigsuspend.c: during 2000 checks sigsuspend, ppoll with a mask and pause end for each SIGUSR1, once, and for nothing else.
 *
 * run:
 *   direct 0 0
 *   stdout every signal was seen
 */
#include "case.h"
#include "api.h"
#include "checks.h"
#include <poll.h>
#include <semaphore.h>
#include <sys/select.h>

enum { CHECKS = 2000, WAITERS = 4, SUSPENDS = 0, POLLS, SELECTS, PAUSES };
static atomic_int over;

static struct waiter {
    pthread_t thread;
    atomic_int tid;
    int sig;              /* its own, so that one sent to the process is its */
    sem_t waiting, woken;
    volatile int handled;
    atomic_bool last;
    unsigned long sent;
} waiters[WAITERS];

/* Checks interrupt what a handler waits for as well: that is another wait,
 * also if it is none that the library knows of. */
static void on_signal(int sig)
{
    if (++waiters[sig - SIGRTMIN].handled % 8 == 0)
        syscall(SYS_poll, NULL, 0, 2);
    else if (waiters[sig - SIGRTMIN].handled % 8 == 4)
        CHECK(poll(NULL, 0, 1) == 0);
}

static void *waits(void *argument)
{
    struct waiter *w = argument;
    sigset_t none, own;
    sigemptyset(&own);
    sigaddset(&own, w->sig);
    CHECK(pthread_sigmask(SIG_BLOCK, NULL, &none) == 0);
    sigdelset(&none, w->sig);
    w->tid = (int)syscall(SYS_gettid);
    if (w == &waiters[PAUSES]) /* the others have it blocked */
        CHECK(pthread_sigmask(SIG_UNBLOCK, &own, NULL) == 0);
    for (;;) {
        int before = w->handled, status;
        sem_post(&w->waiting);
        switch (w - waiters) {
        case SUSPENDS:
            status = sigsuspend(&none);
            break;
        case POLLS:
            status = ppoll(NULL, 0, NULL, &none);
            break;
        case SELECTS:
            status = pselect(0, NULL, NULL, NULL, NULL, &none);
            break;
        default:
            status = pause();
        }
        CHECK(status == -1 && errno == EINTR);
        CHECK(w->handled == before + 1);
        sem_post(&w->woken);
        if (w->last)
            return NULL;
    }
}

/* To the thread and to the process in turn: the kernel takes them otherwise. */
static void *sends(void *argument)
{
    static const long pauses[] = { SYS_pause, SYS_rt_sigsuspend };
    struct waiter *w = argument;
    for (; !w->last; w->sent++) {
        sem_wait(&w->waiting);
        if (w == &waiters[PAUSES])
            await_call(w->tid, pauses, 2);
        w->last = over;
        CHECK((w->sent % 2 ? pthread_kill(w->thread, w->sig) : kill(getpid(), w->sig)) == 0);
        sem_wait(&w->woken);
        if (w->sent % 16 == 0)
            usleep(300); /* so that checks meet it asleep */
    }
    return NULL;
}

int main(void)
{
    struct sigaction action;
    pthread_t senders[WAITERS];
    sigset_t all;
    NEED(leaksgc_check);
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigfillset(&all);
    CHECK(sigprocmask(SIG_SETMASK, &all, NULL) == 0);
    for (int i = 0; i < WAITERS; i++) {
        struct waiter *w = &waiters[i];
        w->sig = SIGRTMIN + i;
        CHECK(sigaction(w->sig, &action, NULL) == 0);
        sem_init(&w->waiting, 0, 0);
        sem_init(&w->woken, 0, 0);
        CHECK(pthread_create(&w->thread, NULL, waits, w) == 0);
        CHECK(pthread_create(&senders[i], NULL, sends, w) == 0);
    }
    checks_begin();
    checks_wait(CHECKS);
    over = 1;
    for (int i = 0; i < WAITERS; i++) {
        CHECK(pthread_join(senders[i], NULL) == 0);
        CHECK(pthread_join(waiters[i].thread, NULL) == 0);
        CHECK((unsigned long)waiters[i].handled == waiters[i].sent);
    }
    checks_stop();
    puts("every signal was seen");
    return 0;
}
