/* SPDX-License-Identifier: MIT
 * signal.c: keeps the program from blocking or taking the one signal by which
 * threads are stopped, and our termination handlers out of its sight.
 *
 * As libc does for its own two signals: a set that a program passes loses the
 * bit, a disposition that it sets is remembered and told back.  Sets that are
 * passed to wait with: sigwait.c and poll.c. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/signalfd.h>

#include "base/attr.h"
#include "entry/next.h"
#include "entry/wait.h"
#include "run/life.h"
#include "run/terminate.h"
#include "world/stop.h"

LGC_NEXT_DECLARE(int, sigaction, int, const struct sigaction *, struct sigaction *);
LGC_NEXT_DECLARE(sighandler_t, signal, int, sighandler_t);
LGC_NEXT_DECLARE(int, sigprocmask, int, const sigset_t *, sigset_t *);
LGC_NEXT_DECLARE(int, pthread_sigmask, int, const sigset_t *, sigset_t *);
LGC_NEXT_DECLARE(int, signalfd, int, const sigset_t *, int);

static struct sigaction shadow; /* what the program set for our signal       */

static int reserved(int sig)
{
    return lgc_life == LGC_LIFE_FINDING && sig == lgc_stop_signal();
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
    status = next_sigprocmask(how, how == SIG_UNBLOCK ? set : lgc_wait_without_ours(set, &copy), old);
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
    status = next_pthread_sigmask(how, how == SIG_UNBLOCK ? set : lgc_wait_without_ours(set, &copy), old);
    if (status == 0)
        believe(how, set != NULL ? &asked : NULL, old);
    return status;
}

LGC_EXPORT int signalfd(int fd, const sigset_t *set, int flags)
{
    sigset_t copy;

    LGC_NEXT(signalfd);
    return next_signalfd(fd, lgc_wait_without_ours(set, &copy), flags);
}
