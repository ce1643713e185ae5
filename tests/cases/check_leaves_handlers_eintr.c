/* SPDX-License-Identifier: MIT
 * check_leaves_handlers_eintr.c: under checks without a pause, a handler of the program still ends every wait with EINTR, even one that sleeps.
 *
 * run:
 *   direct 0 0
 *   stdout 13 waits ended, 20 times each
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

enum { KINDS = 13, TIMES = 20 };
static __thread volatile int handled;
static atomic_int done;
static int nothing[2], semaphores, queue;

/* A wait in the handler, which a check interrupts too, is another one. */
static void on_signal(int sig)
{
    (void)sig;
    CHECK(poll(NULL, 0, 2) == 0);
    handled++;
}

static void wait_once(int kind)
{
    const struct timespec hour = { 3600, 0 };
    struct timespec left = { 0, 0 }, until = after_ns(CLOCK_REALTIME, 3600000000000);
    struct pollfd one = { .fd = nothing[0], .events = POLLIN };
    struct epoll_event event;
    struct sembuf down = { 0, -1, 0 };
    struct { long type; char text[4]; } message;
    static sem_t never;
    static __thread int poller = -1;
    struct timeval tv = { 3600, 0 };
    sigset_t set, none;
    sigemptyset(&none);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    if (poller < 0)
        CHECK((poller = epoll_create1(0)) >= 0);
    errno = 0;
    switch (kind) {
    case 0:
        CHECK(poll(&one, 1, -1) == -1 && errno == EINTR);
        break;
    case 1:
        CHECK(ppoll(&one, 1, &hour, NULL) == -1 && errno == EINTR);
        break;
    case 2:
        CHECK(select(0, NULL, NULL, NULL, &tv) == -1 && errno == EINTR);
        CHECK(tv.tv_sec < 3600 && tv.tv_sec > 0);
        break;
    case 3:
        CHECK(epoll_wait(poller, &event, 1, 3600000) == -1 && errno == EINTR);
        break;
    case 4:
        CHECK(nanosleep(&hour, &left) == -1 && errno == EINTR);
        CHECK(left.tv_sec < 3600 && left.tv_sec > 0);
        break;
    case 5:
        CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &hour, &left) == EINTR);
        CHECK(left.tv_sec < 3600 && left.tv_sec > 0);
        break;
    case 6:
        CHECK(sleep(3600) > 0);
        break;
    case 7:
        CHECK(sigtimedwait(&set, NULL, &hour) == -1 && errno == EINTR);
        break;
    case 8:
        CHECK(sem_timedwait(&never, &until) == -1 && errno == EINTR);
        break;
    case 9:
        CHECK(semop(semaphores, &down, 1) == -1 && errno == EINTR);
        break;
    case 10:
        CHECK(msgrcv(queue, &message, sizeof message.text, 0, 0) == -1 && errno == EINTR);
        break;
    case 11:
        CHECK(ppoll(&one, 1, NULL, &none) == -1 && errno == EINTR);
        break;
    default:
        CHECK(pause() == -1 && errno == EINTR);
    }
}

static void *waits(void *argument)
{
    for (int i = 0; i < TIMES; i++) {
        int before = handled;
        wait_once((int)(intptr_t)argument);
        CHECK(handled > before);
    }
    done++;
    return NULL;
}

int main(void)
{
    struct sigaction action;
    pthread_t threads[KINDS];
    sigset_t set;
    NEED(leaksgc_check);
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    CHECK(pipe(nothing) == 0);
    CHECK((semaphores = semget(IPC_PRIVATE, 1, 0600)) >= 0);
    CHECK((queue = msgget(IPC_PRIVATE, 0600)) >= 0);
    checks_begin();
    for (intptr_t i = 0; i < KINDS; i++)
        CHECK(pthread_create(&threads[i], NULL, waits, (void *)i) == 0);
    /* Again and again, as no mask protects most: one may come before a wait. */
    while (done < KINDS) {
        for (int i = 0; i < KINDS; i++)
            pthread_kill(threads[i], SIGUSR1);
        usleep(5000);
    }
    for (int i = 0; i < KINDS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    checks_stop();
    semctl(semaphores, 0, IPC_RMID);
    msgctl(queue, IPC_RMID, NULL);
    printf("%d waits ended, %d times each\n", done, TIMES);
    return 0;
}
