/* SPDX-License-Identifier: MIT
 * check_leaves_waits_alone.c: threads that sleep, poll or wait do not come back early because of a check.
 *
 * run:
 *   stdout early 0 of 6
 *   direct 0 0
 */
#include "case.h"
#include "api.h"
#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>

static atomic_int early;
static sem_t ready, never;
static int nothing[2];

static void *waits(void *argument)
{
    struct timespec t = { 3600, 0 };
    struct epoll_event event;
    struct pollfd one = { .fd = nothing[0], .events = POLLIN };
    char byte;
    sem_post(&ready);
    switch ((intptr_t)argument) {
    case 0:
        nanosleep(&t, NULL);
        break;
    case 1:
        sleep(3600);
        break;
    case 2:
        poll(&one, 1, -1);
        break;
    case 3:
        epoll_wait(epoll_create1(0), &event, 1, -1);
        break;
    case 4:
        select(0, NULL, NULL, NULL, NULL);
        break;
    default:
        if (read(nothing[0], &byte, 1) != 1)
            break;
    }
    early++;
    sem_wait(&never);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    sem_init(&ready, 0, 0);
    sem_init(&never, 0, 0);
    CHECK(pipe(nothing) == 0);
    for (intptr_t i = 0; i < 6; i++)
        CHECK(pthread_create(&thread, NULL, waits, (void *)i) == 0);
    for (int i = 0; i < 6; i++)
        sem_wait(&ready);
    usleep(100000);
    for (int i = 0; i < 3 && leaksgc_check; i++) {
        check_now();
        usleep(20000);
    }
    printf("early %d of 6\n", early);
    return 0;
}
