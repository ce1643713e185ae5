/* SPDX-License-Identifier: MIT
 * check_leaves_timeouts.c: under checks without a pause, what waits with a timeout waits that long and then says "timeout", not EINTR.
 *
 * run:
 *   direct 0 0
 *   stdout 14 waits
 */
#include "case.h"
#include "api.h"
#include "checks.h"
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/select.h>
#include <sys/sem.h>

int __poll_chk(struct pollfd *, nfds_t, int, size_t);
int __ppoll_chk(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *, size_t);

enum { KINDS = 14, MS = 300 };
static const struct timespec third = { 0, MS * 1000000 };
static atomic_int waited;
static int nothing[2];

static void *waits(void *argument)
{
    int64_t begin = clock_now(CLOCK_MONOTONIC);
    struct timespec timeout = third, until;
    struct timeval tv = { 0, MS * 1000 };
    struct pollfd one = { .fd = nothing[0], .events = POLLIN };
    struct epoll_event event = { .events = EPOLLIN };
    int poller = epoll_create1(0), semaphores;
    struct sembuf down = { 0, -1, 0 };
    sem_t never;
    sigset_t set, none;
    fd_set in;
    CHECK(epoll_ctl(poller, EPOLL_CTL_ADD, nothing[0], &event) == 0);
    CHECK(sem_init(&never, 0, 0) == 0);
    sigemptyset(&none);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    FD_ZERO(&in);
    FD_SET(nothing[0], &in);
    errno = 0;
    switch ((intptr_t)argument) {
    case 0:
        CHECK(poll(&one, 1, MS) == 0);
        break;
    case 1:
        CHECK(__poll_chk(&one, 1, MS, sizeof one) == 0);
        break;
    case 2:
        CHECK(ppoll(&one, 1, &timeout, NULL) == 0);
        break;
    case 3:
        CHECK(ppoll(&one, 1, &timeout, &none) == 0);
        break;
    case 4:
        CHECK(__ppoll_chk(&one, 1, &timeout, &none, sizeof one) == 0);
        break;
    case 5:
        CHECK(select(nothing[0] + 1, &in, NULL, NULL, &tv) == 0);
        CHECK(tv.tv_sec == 0 && tv.tv_usec == 0);
        break;
    case 6:
        CHECK(pselect(nothing[0] + 1, &in, NULL, NULL, &timeout, &none) == 0);
        break;
    case 7:
        CHECK(epoll_wait(poller, &event, 1, MS) == 0);
        break;
    case 8:
        CHECK(epoll_pwait(poller, &event, 1, MS, &none) == 0);
        break;
    case 9:
        CHECK(epoll_pwait2(poller, &event, 1, &timeout, &none) == 0);
        break;
    case 10:
        CHECK(sigtimedwait(&set, NULL, &timeout) == -1 && errno == EAGAIN);
        break;
    case 11:
        until = after_ns(CLOCK_REALTIME, MS * 1000000);
        CHECK(sem_timedwait(&never, &until) == -1 && errno == ETIMEDOUT);
        break;
    case 12:
        until = after_ns(CLOCK_MONOTONIC, MS * 1000000);
        CHECK(sem_clockwait(&never, CLOCK_MONOTONIC, &until) == -1 && errno == ETIMEDOUT);
        break;
    default:
        CHECK((semaphores = semget(IPC_PRIVATE, 1, 0600)) >= 0);
        CHECK(semtimedop(semaphores, &down, 1, &timeout) == -1 && errno == EAGAIN);
        semctl(semaphores, 0, IPC_RMID);
        errno = EAGAIN;
    }
    CHECK((intptr_t)argument >= 10 || errno == 0);
    CHECK(clock_now(CLOCK_MONOTONIC) - begin >= MS * 1000000);
    CHECK(timeout.tv_sec == 0 && timeout.tv_nsec == MS * 1000000);
    waited++;
    return NULL;
}

int main(void)
{
    pthread_t threads[KINDS];
    sigset_t set;
    NEED(leaksgc_check);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    CHECK(pipe(nothing) == 0);
    checks_begin();
    for (intptr_t i = 0; i < KINDS; i++)
        CHECK(pthread_create(&threads[i], NULL, waits, (void *)i) == 0);
    for (int i = 0; i < KINDS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(poll(NULL, 0, 0) == 0);
    checks_stop();
    printf("%d waits\n", waited);
    return 0;
}
