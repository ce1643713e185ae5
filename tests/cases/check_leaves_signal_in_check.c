/* SPDX-License-Identifier: MIT
 * check_leaves_signal_in_check.c: a signal that comes while a check has the world stopped ends poll and nanosleep with EINTR afterwards.
 *
 * run:
 *   direct 0 0
 *   stdout 60 times EINTR, late at most once
 */
#include "case.h"
#include "api.h"
#include "checks.h"
#include <poll.h>
#include <semaphore.h>
#include <stdbool.h>
#include <sys/time.h>

enum { ROUNDS = 60, OBJECTS = 100000 };
static volatile int handled;
static atomic_int waiter_tid;
static sem_t ready;
static int ended;
static void *volatile kept;

static void on_alarm(int sig)
{
    (void)sig;
    handled++;
}

/* A large heap, so that most of the time is checks. */
static void *list(void)
{
    void **head = NULL;
    for (int i = 0; i < OBJECTS; i++) {
        void **next = make(64);
        *next = head;
        head = next;
    }
    return head;
}

static void *waits(void *alarms)
{
    CHECK(pthread_sigmask(SIG_UNBLOCK, alarms, NULL) == 0);
    waiter_tid = (int)syscall(SYS_gettid);
    for (int i = 0; i < ROUNDS; i++) {
        struct timespec hour = { 3600, 0 };
        int before = handled;
        sem_post(&ready);
        ended += (i % 2 ? poll(NULL, 0, -1) : nanosleep(&hour, NULL)) == -1 && errno == EINTR;
        CHECK(handled > before);
    }
    sem_post(&ready);
    return NULL;
}

/* True if it has ended in time.  A stop that begins in the very system call by which
 * the handler returns hides it, see src/entry/wait.c: the wait goes on. */
static bool ended_in_time(pthread_t waiter, int handled_before)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_sec += 10;
    if (sem_timedwait(&ready, &t) == 0)
        return true;
    CHECK(handled == handled_before + 1);
    CHECK(pthread_kill(waiter, SIGALRM) == 0);
    sem_wait(&ready);
    return false;
}

int main(void)
{
    static const long waits_in[] = { SYS_poll, SYS_ppoll, SYS_clock_nanosleep };
    struct sigaction action;
    pthread_t waiter;
    int late = 0;
    sigset_t alarms;
    NEED(leaksgc_check);
    kept = list();
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    CHECK(sigprocmask(SIG_BLOCK, &alarms, NULL) == 0);
    sem_init(&ready, 0, 0);
    CHECK(pthread_create(&waiter, NULL, waits, &alarms) == 0);
    checks_begin();
    sem_wait(&ready);
    for (int i = 0; i < ROUNDS; i++) {
        struct itimerval soon = { { 0, 0 }, { 0, 2000 + i * 177 } };
        int before = handled;
        await_call(waiter_tid, waits_in, 3); /* so that the timer starts in it */
        CHECK(setitimer(ITIMER_REAL, &soon, NULL) == 0);
        late += !ended_in_time(waiter, before);
    }
    CHECK(pthread_join(waiter, NULL) == 0);
    checks_stop();
    printf("%d times EINTR, late %s\n", ended, late <= 1 ? "at most once" : "more than once");
    return 0;
}
