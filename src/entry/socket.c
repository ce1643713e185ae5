/* SPDX-License-Identifier: MIT
 * socket.c: calls that wait on a socket with a timeout of its own, which a check does not end; see wait.c.
 *
 * With SO_RCVTIMEO or SO_SNDTIMEO the kernel restarts none of these after a
 * handler (signal(7)).  It would also begin the time anew, which with a check
 * each second never ends: so what is left of it since the first such stop is waited
 * for by ppoll, whose mask lets the program's handlers in, and then the call is made
 * again: it may take as much longer as it took until that stop.  Whatever
 * else ends with EINTR by a stop alone (a few devices) is made again at once. */
#undef _FORTIFY_SOURCE /* whose inline functions clang takes for the definitions */
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/sys.h"
#include "entry/wait.h"
#include "world/watch.h"

static int (*next_ppoll)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);

enum { NS = 1000000000 };

static int64_t now_ns(void)
{
    struct timespec t = { 0, 0 };

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * NS + t.tv_nsec;
}

/* What is left of the socket's timeout, in ns.  False: it has no such timeout. */
static bool time_left(int fd, int option, int64_t since, int64_t *left)
{
    struct timeval limit = { 0, 0 };
    socklen_t size = sizeof limit;

    if (lgc_sys_getsockopt(fd, SOL_SOCKET, option, &limit, &size) != 0 ||
        (limit.tv_sec == 0 && limit.tv_usec == 0))
        return false;
    *left = (int64_t)limit.tv_sec * NS + (int64_t)limit.tv_usec * 1000 - (now_ns() - since);
    return true;
}

/* 1: something has come, 0: the time is over, -1 with EINTR: a handler ran. */
static int wait_for(int fd, short events, int64_t ns)
{
    struct pollfd one = { fd, events, 0 };
    struct timespec given = { ns / NS, ns % NS };
    struct lgc_wait w;
    int status;

    lgc_wait_begin(&w, &given, CLOCK_MONOTONIC);
    LGC_WAIT_HELD(&w, lgc_wait_hold_present(&w), status, next_ppoll(&one, 1, lgc_wait_left(&w), w.mask));
    return status;
}

/* The call gave EINTR: whether it is to be made again.  Else errno is what it
 * gives in the end.  *since, a variable of the exported function, is when it was
 * interrupted first, or 0: the time counts from there, so that the clock need not
 * be read for each read. */
static LGC_COLD bool again(int fd, int option, int64_t *since, int saved_errno, int timed_out)
{
    int64_t left;
    int status;

    if (!lgc_wait_alone(since))
        return false;
    if (*since == 0)
        *since = now_ns();
    LGC_NEXT(ppoll);
    if (time_left(fd, option, *since, &left)) {
        status = left <= 0 ? 0 : wait_for(fd, option == SO_RCVTIMEO ? POLLIN : POLLOUT, left);
        if (status == 0)
            errno = timed_out;
        if (status <= 0)
            return false;
    }
    errno = saved_errno;
    return true;
}

/* Defines an exported call; all but connect give EAGAIN when the time is over. */
#define CALL_OR(timed_out, option, result, name, parameters, arguments)                   \
    static result (*next_##name) parameters;                                              \
                                                                                          \
    LGC_EXPORT result name parameters                                                     \
    {                                                                                     \
        int64_t since = 0;                                                                \
        result status;                                                                    \
        int saved;                                                                        \
                                                                                          \
        LGC_NEXT(name);                                                                   \
        if (lgc_life != LGC_LIFE_FINDING)                                                 \
            return next_##name arguments;                                                 \
        saved = errno;                                                                    \
        do {                                                                              \
            lgc_watch_begin();                                                            \
            status = next_##name arguments;                                               \
        } while (LGC_UNLIKELY(status == -1 && errno == EINTR) &&                          \
                 again(fd, option, &since, saved, timed_out));                            \
        return status;                                                                    \
    }
#define RECEIVE(result, name, parameters, arguments) \
    CALL_OR(EAGAIN, SO_RCVTIMEO, result, name, parameters, arguments)
#define SEND(result, name, parameters, arguments) \
    CALL_OR(EAGAIN, SO_SNDTIMEO, result, name, parameters, arguments)

/* What -D_FORTIFY_SOURCE makes of three of them; `size` is that of the buffer. */
ssize_t __read_chk(int fd, void *to, size_t n, size_t size);
ssize_t __recv_chk(int fd, void *to, size_t n, size_t size, int flags);
ssize_t __recvfrom_chk(int fd, void *to, size_t n, size_t size, int flags,
                       struct sockaddr *from, socklen_t *length);

RECEIVE(ssize_t, read, (int fd, void *to, size_t n), (fd, to, n))
RECEIVE(ssize_t, __read_chk, (int fd, void *to, size_t n, size_t size), (fd, to, n, size))
RECEIVE(ssize_t, readv, (int fd, const struct iovec *to, int n), (fd, to, n))
RECEIVE(ssize_t, recv, (int fd, void *to, size_t n, int flags), (fd, to, n, flags))
RECEIVE(ssize_t, __recv_chk, (int fd, void *to, size_t n, size_t size, int flags),
        (fd, to, n, size, flags))
RECEIVE(ssize_t, recvfrom, (int fd, void *to, size_t n, int flags, struct sockaddr *from, socklen_t *length),
        (fd, to, n, flags, from, length))
RECEIVE(ssize_t, __recvfrom_chk, (int fd, void *to, size_t n, size_t size, int flags, struct sockaddr *from,
                                  socklen_t *length), (fd, to, n, size, flags, from, length))
RECEIVE(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags))
RECEIVE(int, recvmmsg, (int fd, struct mmsghdr *messages, unsigned n, int flags, struct timespec *timeout),
        (fd, messages, n, flags, timeout))
RECEIVE(int, accept, (int fd, struct sockaddr *peer, socklen_t *length), (fd, peer, length))
RECEIVE(int, accept4, (int fd, struct sockaddr *peer, socklen_t *length, int flags),
        (fd, peer, length, flags))
SEND(ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n))
SEND(ssize_t, writev, (int fd, const struct iovec *from, int n), (fd, from, n))
SEND(ssize_t, send, (int fd, const void *from, size_t n, int flags), (fd, from, n, flags))
SEND(ssize_t, sendto, (int fd, const void *from, size_t n, int flags, const struct sockaddr *to, socklen_t length),
     (fd, from, n, flags, to, length))
SEND(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
SEND(int, sendmmsg, (int fd, struct mmsghdr *messages, unsigned n, int flags), (fd, messages, n, flags))
CALL_OR(EINPROGRESS, SO_SNDTIMEO, int, connect, (int fd, const struct sockaddr *peer, socklen_t length),
        (fd, peer, length))

/* read and write are called in signal handlers, where nothing may be looked up. */
__attribute__((constructor)) static void look_up(void)
{
    LGC_NEXT(read);
    LGC_NEXT(write);
    LGC_NEXT(ppoll);
}
