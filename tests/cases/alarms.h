/* SPDX-License-Identifier: MIT
 * alarms.h: for cases in which an alarm comes to one thread that waits, while checks have the world stopped most of the time.
 */
#ifndef CASE_ALARMS_H
#define CASE_ALARMS_H

#include "checks.h"
#include <semaphore.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/time.h>

enum { ALARMS = 60, OBJECTS = 100000, CALLS_MAX = 3 };

static volatile int alarms_handled;
static int alarms_ended;
static atomic_int waiter_tid;
static sem_t waiter_ready;
static void *volatile alarms_heap;

static void on_alarm(int sig)
{
    (void)sig;
    alarms_handled++;
}

/* Checks take long with it. */
static void *large_list(void)
{
    void **head = NULL;
    for (int i = 0; i < OBJECTS; i++) {
        void **next = make(64);
        *next = head;
        head = next;
    }
    return head;
}

struct alarms_waits { ssize_t (*wait)(int round); sigset_t signals; };

static void *wait_for_alarms(void *argument)
{
    struct alarms_waits *w = argument;
    CHECK(pthread_sigmask(SIG_UNBLOCK, &w->signals, NULL) == 0);
    waiter_tid = (int)syscall(SYS_gettid);
    for (int i = 0; i < ALARMS; i++) {
        int before = alarms_handled;
        sem_post(&waiter_ready);
        alarms_ended += w->wait(i) == -1 && errno == EINTR;
        CHECK(alarms_handled > before);
    }
    sem_post(&waiter_ready);
    return NULL;
}

/* True if the wait has ended in time.  In a moment of which src/entry/wait.c tells
 * the handler runs unseen: as if its signal had come before the call. */
static bool ended_in_time(pthread_t waiter, int handled_before)
{
    struct timespec t = after_ns(CLOCK_REALTIME, 10000000000);
    if (sem_timedwait(&waiter_ready, &t) == 0)
        return true;
    CHECK(alarms_handled == handled_before + 1);
    CHECK(pthread_kill(waiter, SIGALRM) == 0);
    sem_wait(&waiter_ready);
    return false;
}

/* One thread waits by wait(round), which an alarm is to end each time; how many were
 * late.  calls[i % ncalls] are the system calls of round i, up to a 0. */
static int alarms(ssize_t (*wait)(int round), const long (*calls)[CALLS_MAX], int ncalls)
{
    static struct alarms_waits w;
    struct sigaction action;
    pthread_t waiter;
    int late = 0;
    alarms_heap = large_list();
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    w.wait = wait;
    sigemptyset(&w.signals);
    sigaddset(&w.signals, SIGALRM);
    CHECK(sigprocmask(SIG_BLOCK, &w.signals, NULL) == 0);
    CHECK(sem_init(&waiter_ready, 0, 0) == 0);
    CHECK(pthread_create(&waiter, NULL, wait_for_alarms, &w) == 0);
    checks_begin();
    sem_wait(&waiter_ready);
    for (int i = 0; i < ALARMS; i++) {
        struct itimerval soon = { { 0, 0 }, { 0, 2000 + i * 177 } };
        int before = alarms_handled, n = 1;
        while (n < CALLS_MAX && calls[i % ncalls][n] != 0)
            n++;
        await_call(waiter_tid, calls[i % ncalls], n);
        CHECK(setitimer(ITIMER_REAL, &soon, NULL) == 0);
        late += !ended_in_time(waiter, before);
    }
    CHECK(pthread_join(waiter, NULL) == 0);
    checks_stop();
    return late;
}

#endif
