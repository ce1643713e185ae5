/* SPDX-License-Identifier: MIT
 * sigwait.c: waits for signals, which ours neither ends nor is found by; see wait.c. */
#include <signal.h>
#include <unistd.h>

#include "base/attr.h"
#include "entry/wait.h"

LGC_NEXT_DECLARE(int, pause, void);
LGC_NEXT_DECLARE(int, sigsuspend, const sigset_t *);
LGC_NEXT_DECLARE(int, sigwait, const sigset_t *, int *);
LGC_NEXT_DECLARE(int, sigwaitinfo, const sigset_t *, siginfo_t *);
LGC_NEXT_DECLARE(int, sigtimedwait, const sigset_t *, siginfo_t *, const struct timespec *);

LGC_EXPORT int pause(void)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(pause);
    LGC_NEXT(sigsuspend);
    lgc_wait_begin(&w, NULL, CLOCK_MONOTONIC);
    LGC_WAIT_HELD(&w, lgc_wait_hold_present(&w), status, next_sigsuspend(w.mask));
    return status;
}

LGC_EXPORT int sigsuspend(const sigset_t *set)
{
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(sigsuspend, set);
    lgc_wait_begin(&w, NULL, CLOCK_MONOTONIC);
    LGC_WAIT_HELD(&w, lgc_wait_hold(&w, set), status, next_sigsuspend(w.mask));
    return status;
}

/* libc's does not end for a handler. */
LGC_EXPORT int sigwait(const sigset_t *set, int *sig)
{
    sigset_t copy;

    LGC_WAIT_OR_NEXT(sigwait, set, sig);
    return next_sigwait(lgc_wait_without_ours(set, &copy), sig);
}

LGC_EXPORT int sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
    sigset_t copy;
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(sigwaitinfo, set, info);
    lgc_wait_begin(&w, NULL, CLOCK_MONOTONIC);
    LGC_WAIT(&w, status, next_sigwaitinfo(lgc_wait_without_ours(set, &copy), info));
    return status;
}

LGC_EXPORT int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
    sigset_t copy;
    struct lgc_wait w;
    int status;

    LGC_WAIT_OR_NEXT(sigtimedwait, set, info, timeout);
    lgc_wait_begin(&w, timeout, CLOCK_MONOTONIC);
    LGC_WAIT(&w, status, next_sigtimedwait(lgc_wait_without_ours(set, &copy), info, lgc_wait_left(&w)));
    return status;
}
