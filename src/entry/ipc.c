/* SPDX-License-Identifier: MIT
 * ipc.c: semaphores and messages, whose waits a check does not end; see wait.c.
 *
 * sem_wait and what waits for mutexes, conditions and threads is not here: the
 * kernel restarts it, or libc does. */
#include <semaphore.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>

#include "base/attr.h"
#include "entry/wait.h"

LGC_NEXT_DECLARE(int, sem_timedwait, sem_t *, const struct timespec *);
LGC_NEXT_DECLARE(int, sem_clockwait, sem_t *, clockid_t, const struct timespec *);
LGC_NEXT_DECLARE(int, semop, int, struct sembuf *, size_t);
LGC_NEXT_DECLARE(int, semtimedop, int, struct sembuf *, size_t, const struct timespec *);
LGC_NEXT_DECLARE(ssize_t, msgrcv, int, void *, size_t, long, int);
LGC_NEXT_DECLARE(int, msgsnd, int, const void *, size_t, int);

/* These two have absolute times. */
LGC_EXPORT int sem_timedwait(sem_t *sem, const struct timespec *until)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(sem_timedwait, sem, until);
    lgc_wait_begin(&w, NULL, CLOCK_MONOTONIC);
    LGC_WAIT(&w, status, next_sem_timedwait(sem, until));
    return status;
}

LGC_EXPORT int sem_clockwait(sem_t *sem, clockid_t clock, const struct timespec *until)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(sem_clockwait, sem, clock, until);
    lgc_wait_begin(&w, NULL, CLOCK_MONOTONIC);
    LGC_WAIT(&w, status, next_sem_clockwait(sem, clock, until));
    return status;
}

LGC_EXPORT int semop(int id, struct sembuf *ops, size_t n)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(semop, id, ops, n);
    lgc_wait_begin(&w, NULL, CLOCK_MONOTONIC);
    LGC_WAIT(&w, status, next_semop(id, ops, n));
    return status;
}

LGC_EXPORT int semtimedop(int id, struct sembuf *ops, size_t n, const struct timespec *timeout)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(semtimedop, id, ops, n, timeout);
    lgc_wait_begin(&w, timeout, CLOCK_MONOTONIC);
    LGC_WAIT(&w, status, next_semtimedop(id, ops, n, lgc_wait_left(&w)));
    return status;
}

LGC_EXPORT ssize_t msgrcv(int id, void *message, size_t size, long type, int flags)
{
    struct lgc_wait w;
    ssize_t got;

    LGC_WAIT_OR_NEXT(msgrcv, id, message, size, type, flags);
    lgc_wait_begin(&w, NULL, CLOCK_MONOTONIC);
    LGC_WAIT(&w, got, next_msgrcv(id, message, size, type, flags));
    return got;
}

LGC_EXPORT int msgsnd(int id, const void *message, size_t size, int flags)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(msgsnd, id, message, size, flags);
    lgc_wait_begin(&w, NULL, CLOCK_MONOTONIC);
    LGC_WAIT(&w, status, next_msgsnd(id, message, size, flags));
    return status;
}
