/* SPDX-License-Identifier: MIT
 * signal.c: keeps the program from blocking or taking the one signal by which
 * threads are stopped, and our termination handlers out of its sight.
 *
 * As libc does for its own two signals: a set that a program passes loses the
 * bit, a disposition that it sets is remembered and told back. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <time.h>

#include "base/attr.h"
#include "entry/next.h"
#include "run/life.h"
#include "run/terminate.h"
#include "world/stop.h"

LGC_NEXT_DECLARE(int, sigaction, int, const struct sigaction *, struct sigaction *);
LGC_NEXT_DECLARE(sighandler_t, signal, int, sighandler_t);
LGC_NEXT_DECLARE(int, sigprocmask, int, const sigset_t *, sigset_t *);
LGC_NEXT_DECLARE(int, pthread_sigmask, int, const sigset_t *, sigset_t *);
LGC_NEXT_DECLARE(int, sigsuspend, const sigset_t *);
LGC_NEXT_DECLARE(int, sigwait, const sigset_t *, int *);
LGC_NEXT_DECLARE(int, sigwaitinfo, const sigset_t *, siginfo_t *);
LGC_NEXT_DECLARE(int, sigtimedwait, const sigset_t *, siginfo_t *, const struct timespec *);
LGC_NEXT_DECLARE(int, signalfd, int, const sigset_t *, int);
LGC_NEXT_DECLARE(int, ppoll, struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
LGC_NEXT_DECLARE(int, pselect, int, fd_set *, fd_set *, fd_set *, const struct timespec *,
                 const sigset_t *);
LGC_NEXT_DECLARE(int, epoll_pwait, int, struct epoll_event *, int, int, const sigset_t *);
LGC_NEXT_DECLARE(int, epoll_pwait2, int, struct epoll_event *, int, const struct timespec *,
                 const sigset_t *);

static struct sigaction shadow; /* what the program set for our signal       */

static int reserved(int sig)
{
    return lgc_life == LGC_LIFE_FINDING && sig == lgc_stop_signal();
}

/* `set` without our signal; `copy` if that makes a difference. */
static const sigset_t *without_ours(const sigset_t *set, sigset_t *copy)
{
    if (set == NULL || lgc_life != LGC_LIFE_FINDING ||
        sigismember(set, lgc_stop_signal()) != 1)
        return set;
    *copy = *set;
    sigdelset(copy, lgc_stop_signal());
    return copy;
}

/* What the program sets for a signal that we stand in for by default. */
static void stand_in(int sig, struct sigaction *sa)
{
    if (lgc_terminate_covers(sig) && sa->sa_handler == SIG_DFL)
        lgc_terminate_disposition(sa);
}

static void hide(struct sigaction *old)
{
    if (lgc_terminate_started() && lgc_terminate_is_ours(old)) {
        memset(old, 0, sizeof *old);
        old->sa_handler = SIG_DFL;
    }
}

LGC_EXPORT int sigaction(int sig, const struct sigaction *act, struct sigaction *old)
{
    struct sigaction changed;
    int status;

    LGC_NEXT(sigaction);
    if (lgc_life != LGC_LIFE_FINDING)
        return next_sigaction(sig, act, old);
    if (reserved(sig)) {
        if (old != NULL)
            *old = shadow;
        if (act != NULL)
            shadow = *act;
        return 0;
    }
    if (act != NULL) {
        changed = *act;
        sigdelset(&changed.sa_mask, lgc_stop_signal());
        stand_in(sig, &changed);
        act = &changed;
    }
    status = next_sigaction(sig, act, old);
    if (status == 0 && old != NULL)
        hide(old);
    return status;
}

/* libc's signal() sets the disposition behind our back, so what it is is
 * written out here: BSD semantics, the signal blocked in its handler. */
LGC_EXPORT sighandler_t signal(int sig, sighandler_t handler)
{
    struct sigaction act = { .sa_flags = SA_RESTART }, old;

    LGC_NEXT(signal);
    if (!reserved(sig) && !lgc_terminate_covers(sig))
        return next_signal(sig, handler);
    act.sa_handler = handler;
    sigemptyset(&act.sa_mask);
    sigaddset(&act.sa_mask, sig);
    return sigaction(sig, &act, &old) == 0 ? old.sa_handler : SIG_ERR;
}

/* Whether the program believes that it has blocked our signal. */
static LGC_TLS bool believed;

/* After the program changed its mask: what it is told is what it asked for. */
static void believe(int how, const sigset_t *set, sigset_t *old)
{
    bool member;

    if (lgc_life != LGC_LIFE_FINDING)
        return;
    if (old != NULL && believed)
        sigaddset(old, lgc_stop_signal());
    if (set == NULL)
        return;
    member = sigismember(set, lgc_stop_signal()) == 1;
    if (how == SIG_SETMASK)
        believed = member;
    else if (member)
        believed = how == SIG_BLOCK;
}

LGC_EXPORT int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    sigset_t copy, asked;
    int status;

    LGC_NEXT(sigprocmask);
    if (set != NULL)
        asked = *set; /* `old` may be the same object */
    status = next_sigprocmask(how, how == SIG_UNBLOCK ? set : without_ours(set, &copy), old);
    if (status == 0)
        believe(how, set != NULL ? &asked : NULL, old);
    return status;
}

LGC_EXPORT int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
    sigset_t copy, asked;
    int status;

    LGC_NEXT(pthread_sigmask);
    if (set != NULL)
        asked = *set;
    status = next_pthread_sigmask(how, how == SIG_UNBLOCK ? set : without_ours(set, &copy), old);
    if (status == 0)
        believe(how, set != NULL ? &asked : NULL, old);
    return status;
}

LGC_EXPORT int sigsuspend(const sigset_t *set)
{
    sigset_t copy;

    LGC_NEXT(sigsuspend);
    return next_sigsuspend(without_ours(set, &copy));
}

LGC_EXPORT int sigwait(const sigset_t *set, int *sig)
{
    sigset_t copy;

    LGC_NEXT(sigwait);
    return next_sigwait(without_ours(set, &copy), sig);
}

LGC_EXPORT int sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
    sigset_t copy;

    LGC_NEXT(sigwaitinfo);
    return next_sigwaitinfo(without_ours(set, &copy), info);
}

LGC_EXPORT int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
    sigset_t copy;

    LGC_NEXT(sigtimedwait);
    return next_sigtimedwait(without_ours(set, &copy), info, timeout);
}

LGC_EXPORT int signalfd(int fd, const sigset_t *set, int flags)
{
    sigset_t copy;

    LGC_NEXT(signalfd);
    return next_signalfd(fd, without_ours(set, &copy), flags);
}

LGC_EXPORT int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
                     const sigset_t *set)
{
    sigset_t copy;

    LGC_NEXT(ppoll);
    return next_ppoll(fds, n, timeout, without_ours(set, &copy));
}

LGC_EXPORT int pselect(int n, fd_set *in, fd_set *out, fd_set *except,
                       const struct timespec *timeout, const sigset_t *set)
{
    sigset_t copy;

    LGC_NEXT(pselect);
    return next_pselect(n, in, out, except, timeout, without_ours(set, &copy));
}

LGC_EXPORT int epoll_pwait(int fd, struct epoll_event *events, int max, int timeout,
                           const sigset_t *set)
{
    sigset_t copy;

    LGC_NEXT(epoll_pwait);
    return next_epoll_pwait(fd, events, max, timeout, without_ours(set, &copy));
}

LGC_EXPORT int epoll_pwait2(int fd, struct epoll_event *events, int max,
                            const struct timespec *timeout, const sigset_t *set)
{
    sigset_t copy;

    LGC_NEXT(epoll_pwait2);
    return next_epoll_pwait2(fd, events, max, timeout, without_ours(set, &copy));
}
