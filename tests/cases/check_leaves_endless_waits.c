/* SPDX-License-Identifier: MIT
 * check_leaves_endless_waits.c: 200 checks end no wait without a timeout; what it waits for then ends each.
 *
 * run:
 *   direct 0 0
 *   stdout early 0 of 16, at last 16
 */
#include "case.h"
#include "api.h"
#include "checks.h"
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>

enum { KINDS = 16, SIGNALS = 5 /* the first ones wait for SIGUSR1 */ };
static atomic_int ended, handled, pauses_tid;
static sem_t ready, up;
static int pipes[2], semaphores, queue, full;
static pthread_t threads[KINDS];
static struct { long type; char text[4]; } message = { 1, "abc" };
static struct { long type; char text[4096]; } large = { 1, "" };

static void on_signal(int sig) { handled += sig == SIGUSR1; }

static void waits_for_signal(int kind)
{
    sigset_t none, one;
    siginfo_t info;
    sigemptyset(&none);
    sigemptyset(&one);
    sigaddset(&one, SIGUSR1);
    switch (kind) {
    case 0:
        CHECK(sigsuspend(&none) == -1 && errno == EINTR);
        break;
    case 1: /* not blocked any more */
        pauses_tid = (int)syscall(SYS_gettid);
        CHECK(pthread_sigmask(SIG_UNBLOCK, &one, NULL) == 0);
        CHECK(pause() == -1 && errno == EINTR);
        CHECK(pthread_sigmask(SIG_BLOCK, NULL, &none) == 0 && !sigismember(&none, SIGUSR1));
        break;
    case 2:
        CHECK(sigwaitinfo(&one, &info) == SIGUSR1 && info.si_pid == getpid());
        break;
    case 3:
        CHECK(ppoll(NULL, 0, NULL, &none) == -1 && errno == EINTR);
        break;
    default:
        CHECK(pselect(0, NULL, NULL, NULL, NULL, &none) == -1 && errno == EINTR);
    }
}

static void waits_for_event(int kind)
{
    struct timespec hour = { 3600, 0 }, until = after_ns(CLOCK_REALTIME, 3600000000000);
    struct pollfd one = { .fd = pipes[0], .events = POLLIN };
    struct epoll_event event = { .events = EPOLLIN };
    struct sembuf down = { 0, -1, 0 };
    int poller = epoll_create1(0);
    sigset_t none;
    fd_set in;
    sigemptyset(&none);
    FD_ZERO(&in);
    FD_SET(pipes[0], &in);
    CHECK(epoll_ctl(poller, EPOLL_CTL_ADD, pipes[0], &event) == 0);
    switch (kind) {
    case 5:
        CHECK(poll(&one, 1, -1) == 1 && one.revents == POLLIN);
        break;
    case 6:
        CHECK(ppoll(&one, 1, NULL, &none) == 1);
        break;
    case 7:
        CHECK(select(pipes[0] + 1, &in, NULL, NULL, NULL) == 1 && FD_ISSET(pipes[0], &in));
        break;
    case 8:
        CHECK(epoll_wait(poller, &event, 1, -1) == 1);
        break;
    case 9:
        CHECK(epoll_pwait(poller, &event, 1, -1, &none) == 1);
        break;
    case 10:
        CHECK(epoll_pwait2(poller, &event, 1, NULL, NULL) == 1);
        break;
    case 11:
        CHECK(sem_timedwait(&up, &until) == 0);
        break;
    case 12:
        CHECK(semop(semaphores, &down, 1) == 0);
        break;
    case 13:
        CHECK(semtimedop(semaphores, &down, 1, &hour) == 0);
        break;
    case 14:
        CHECK(msgrcv(queue, &message, sizeof message.text, 0, 0) == sizeof message.text);
        break;
    default:
        CHECK(msgsnd(full, &large, sizeof large.text, 0) == 0);
    }
}

static void *waits(void *argument)
{
    int kind = (int)(intptr_t)argument;
    sem_post(&ready);
    kind < SIGNALS ? waits_for_signal(kind) : waits_for_event(kind);
    ended++;
    return NULL;
}

static void prepare(void)
{
    struct sigaction action;
    sigset_t blocked;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    CHECK(sigprocmask(SIG_BLOCK, &blocked, NULL) == 0);
    sem_init(&ready, 0, 0);
    sem_init(&up, 0, 0);
    CHECK(pipe(pipes) == 0);
    semaphores = semget(IPC_PRIVATE, 1, 0600);
    queue = msgget(IPC_PRIVATE, 0600);
    full = msgget(IPC_PRIVATE, 0600);
    CHECK(semaphores >= 0 && queue >= 0 && full >= 0);
    while (msgsnd(full, &large, sizeof large.text, IPC_NOWAIT) == 0)
        ;
}

int main(void)
{
    static const long pauses[] = { SYS_pause, SYS_rt_sigsuspend };
    struct sembuf two = { 0, 2, 0 };
    int early;
    NEED(leaksgc_check);
    prepare();
    for (intptr_t i = 0; i < KINDS; i++)
        CHECK(pthread_create(&threads[i], NULL, waits, (void *)i) == 0);
    for (int i = 0; i < KINDS; i++)
        sem_wait(&ready);
    while (pauses_tid == 0)
        sched_yield();
    await_call(pauses_tid, pauses, 2); /* a SIGUSR1 that came before pause would not end it */
    usleep(100000);                    /* until the others wait, most likely: most checks are to meet them so */
    checks_begin();
    checks_wait(200);
    early = ended;
    for (int i = 0; i < SIGNALS; i++)
        CHECK(pthread_kill(threads[i], SIGUSR1) == 0);
    CHECK(write(pipes[1], "x", 1) == 1);
    sem_post(&up);
    CHECK(semop(semaphores, &two, 1) == 0);
    CHECK(msgsnd(queue, &message, sizeof message.text, 0) == 0);
    CHECK(msgrcv(full, &large, sizeof large.text, 0, 0) == sizeof large.text);
    for (int i = 0; i < KINDS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    checks_stop();
    CHECK(handled == 4);
    semctl(semaphores, 0, IPC_RMID);
    msgctl(queue, IPC_RMID, NULL);
    msgctl(full, IPC_RMID, NULL);
    printf("early %d of %d, at last %d\n", early, KINDS, ended);
    return 0;
}
