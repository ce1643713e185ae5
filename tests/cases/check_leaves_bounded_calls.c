/* SPDX-License-Identifier: MIT
 * check_leaves_bounded_calls.c: a handler without SA_RESTART ends read, recv, waitpid and sem_wait, also if its signal comes while a check has the world stopped.
 *
 * run: snapshot=stop
 *   direct 0 0
 *   stdout 60 times EINTR, in time
 */
#include "case.h"
#include "api.h"
#include "checks.h"
#include <fcntl.h>
#include <semaphore.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

enum { ROUNDS = 60, KINDS = 4, OBJECTS = 100000, FEW = 3 };
static volatile int handled;
static atomic_int waiter_tid;
static sem_t ready, never;
static int ended, nothing[2], silent[2];
static pid_t child;
static void *volatile kept;

static void on_alarm(int sig)
{
    (void)sig;
    handled++;
}

/* A large heap, so that most of the time the world stands still. */
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

static ssize_t wait_in(int kind)
{
    char byte;
    switch (kind) {
    case 0: return read(nothing[0], &byte, 1);
    case 1: return recv(silent[0], &byte, 1, 0);
    case 2: return waitpid(child, NULL, 0);
    default: return sem_wait(&never);
    }
}

static void *waits(void *alarms)
{
    CHECK(pthread_sigmask(SIG_UNBLOCK, alarms, NULL) == 0);
    waiter_tid = (int)syscall(SYS_gettid);
    for (int i = 0; i < ROUNDS; i++) {
        int before = handled;
        sem_post(&ready);
        ended += wait_in(i % KINDS) == -1 && errno == EINTR;
        CHECK(handled > before);
    }
    sem_post(&ready);
    return NULL;
}

/* What comes before a call does not end it, so the timer starts in it. */
static void await_sleep(int kind)
{
    static const long calls[] = { SYS_read, SYS_recvfrom, SYS_wait4, SYS_futex };
    char path[64], text[32];
    long number = -1;
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", waiter_tid);
    while (number != calls[kind]) {
        int fd = open(path, O_RDONLY);
        ssize_t n = read(fd, text, sizeof text - 1);
        CHECK(fd >= 0);
        close(fd);
        text[n > 0 ? n : 0] = '\0';
        number = text[0] >= '0' && text[0] <= '9' ? atol(text) : -1;
    }
}

/* True if it has ended in time.  The signal may come in the moment between a stop
 * and the call that is made again: as if it had come before the call. */
static bool ended_in_time(pthread_t waiter)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_sec += 10;
    if (sem_timedwait(&ready, &t) == 0)
        return true;
    CHECK(pthread_kill(waiter, SIGALRM) == 0);
    sem_wait(&ready);
    return false;
}

int main(void)
{
    struct sigaction action;
    pthread_t waiter;
    int late = 0;
    sigset_t alarms;
    NEED(leaksgc_check);
    CHECK(pipe(nothing) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, silent) == 0);
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        read(silent[1], &late, 1); /* until this process ends */
        _exit(0);
    }
    kept = list();
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    CHECK(sigprocmask(SIG_BLOCK, &alarms, NULL) == 0);
    CHECK(sem_init(&ready, 0, 0) == 0 && sem_init(&never, 0, 0) == 0);
    CHECK(pthread_create(&waiter, NULL, waits, &alarms) == 0);
    checks_begin();
    sem_wait(&ready);
    for (int i = 0; i < ROUNDS; i++) {
        struct itimerval soon = { { 0, 0 }, { 0, 2000 + i * 177 } };
        await_sleep(i % KINDS);
        CHECK(setitimer(ITIMER_REAL, &soon, NULL) == 0);
        late += !ended_in_time(waiter);
    }
    CHECK(pthread_join(waiter, NULL) == 0);
    checks_stop();
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
    printf("%d times EINTR, %s\n", ended, late <= FEW ? "in time" : "late");
    return 0;
}
