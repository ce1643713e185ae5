/* SPDX-License-Identifier: MIT
 * poll.c: waits for file descriptors, which a check does not end; see wait.c. */
#undef _FORTIFY_SOURCE /* whose inline poll and ppoll clang takes for the definitions */
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "base/attr.h"
#include "entry/wait.h"

LGC_NEXT_DECLARE(int, poll, struct pollfd *, nfds_t, int);
LGC_NEXT_DECLARE(int, __poll_chk, struct pollfd *, nfds_t, int, size_t);
LGC_NEXT_DECLARE(int, ppoll, struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
LGC_NEXT_DECLARE(int, __ppoll_chk, struct pollfd *, nfds_t, const struct timespec *,
                 const sigset_t *, size_t);
LGC_NEXT_DECLARE(int, select, int, fd_set *, fd_set *, fd_set *, struct timeval *);
LGC_NEXT_DECLARE(int, pselect, int, fd_set *, fd_set *, fd_set *, const struct timespec *,
                 const sigset_t *);
LGC_NEXT_DECLARE(int, epoll_wait, int, struct epoll_event *, int, int);
LGC_NEXT_DECLARE(int, epoll_pwait, int, struct epoll_event *, int, int, const sigset_t *);
LGC_NEXT_DECLARE(int, epoll_pwait2, int, struct epoll_event *, int, const struct timespec *,
                 const sigset_t *);

/* What -D_FORTIFY_SOURCE makes of the two; `size` is that of the array. */
int __poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t size);
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
                const sigset_t *set, size_t size);

LGC_EXPORT int poll(struct pollfd *fds, nfds_t n, int ms)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(poll, fds, n, ms);
    LGC_NEXT(ppoll);
    lgc_wait_begin_ms(&w, ms);
    LGC_WAIT_HELD(&w, lgc_wait_hold(&w, NULL), status,
                  w.mask == NULL ? next_poll(fds, n, ms)
                                 : next_ppoll(fds, n, lgc_wait_left(&w), w.mask));
    return status;
}

LGC_EXPORT int __poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t size)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(__poll_chk, fds, n, ms, size);
    LGC_NEXT(__ppoll_chk);
    lgc_wait_begin_ms(&w, ms);
    LGC_WAIT_HELD(&w, lgc_wait_hold(&w, NULL), status,
                  w.mask == NULL ? next___poll_chk(fds, n, ms, size)
                                 : next___ppoll_chk(fds, n, lgc_wait_left(&w), w.mask, size));
    return status;
}

LGC_EXPORT int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
                     const sigset_t *set)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(ppoll, fds, n, timeout, set);
    lgc_wait_begin(&w, timeout, CLOCK_MONOTONIC);
    LGC_WAIT_HELD(&w, lgc_wait_hold(&w, set), status,
                  next_ppoll(fds, n, lgc_wait_left(&w), w.mask));
    return status;
}

LGC_EXPORT int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
                           const sigset_t *set, size_t size)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(__ppoll_chk, fds, n, timeout, set, size);
    lgc_wait_begin(&w, timeout, CLOCK_MONOTONIC);
    LGC_WAIT_HELD(&w, lgc_wait_hold(&w, set), status,
                  next___ppoll_chk(fds, n, lgc_wait_left(&w), w.mask, size));
    return status;
}

/* As libc's select leaves in its argument what is left. */
static void put_left(struct lgc_wait *w, struct timeval *tv)
{
    const struct timespec *left = lgc_wait_left(w);
    long us = (left->tv_nsec + 999) / 1000;

    tv->tv_sec = left->tv_sec + us / 1000000;
    tv->tv_usec = us % 1000000;
}

LGC_EXPORT int select(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(select, n, in, out, except, timeout);
    LGC_NEXT(pselect);
    lgc_wait_begin(&w, timeout != NULL ? &w.own : NULL, CLOCK_MONOTONIC);
    if (timeout != NULL) {
        w.own.tv_sec = (time_t)((uint64_t)timeout->tv_sec + (uint64_t)timeout->tv_usec / 1000000);
        w.own.tv_nsec = timeout->tv_usec % 1000000 * 1000;
    }
    LGC_WAIT_HELD(&w, lgc_wait_hold(&w, NULL), status,
                  w.mask == NULL ? next_select(n, in, out, except, timeout)
                                 : next_pselect(n, in, out, except, lgc_wait_left(&w), w.mask));
    if (w.again && timeout != NULL)
        put_left(&w, timeout);
    return status;
}

LGC_EXPORT int pselect(int n, fd_set *in, fd_set *out, fd_set *except,
                       const struct timespec *timeout, const sigset_t *set)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(pselect, n, in, out, except, timeout, set);
    lgc_wait_begin(&w, timeout, CLOCK_MONOTONIC);
    LGC_WAIT_HELD(&w, lgc_wait_hold(&w, set), status,
                  next_pselect(n, in, out, except, lgc_wait_left(&w), w.mask));
    return status;
}

LGC_EXPORT int epoll_wait(int fd, struct epoll_event *events, int max, int ms)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(epoll_wait, fd, events, max, ms);
    LGC_NEXT(epoll_pwait);
    lgc_wait_begin_ms(&w, ms);
    LGC_WAIT_HELD(&w, lgc_wait_hold(&w, NULL), status,
                  w.mask == NULL ? next_epoll_wait(fd, events, max, ms)
                                 : next_epoll_pwait(fd, events, max, lgc_wait_left_ms(&w), w.mask));
    return status;
}

LGC_EXPORT int epoll_pwait(int fd, struct epoll_event *events, int max, int ms,
                           const sigset_t *set)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(epoll_pwait, fd, events, max, ms, set);
    lgc_wait_begin_ms(&w, ms);
    LGC_WAIT_HELD(&w, lgc_wait_hold(&w, set), status,
                  next_epoll_pwait(fd, events, max, lgc_wait_left_ms(&w), w.mask));
    return status;
}

LGC_EXPORT int epoll_pwait2(int fd, struct epoll_event *events, int max,
                            const struct timespec *timeout, const sigset_t *set)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(epoll_pwait2, fd, events, max, timeout, set);
    lgc_wait_begin(&w, timeout, CLOCK_MONOTONIC);
    LGC_WAIT_HELD(&w, lgc_wait_hold(&w, set), status,
                  next_epoll_pwait2(fd, events, max, lgc_wait_left(&w), w.mask));
    return status;
}
