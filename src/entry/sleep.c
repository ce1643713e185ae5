/* SPDX-License-Identifier: MIT
 * sleep.c: sleeps, which a check does not shorten; see wait.c. */
#include <poll.h>
#include <threads.h>
#include <unistd.h>

#include "base/attr.h"
#include "entry/wait.h"

LGC_NEXT_DECLARE(int, nanosleep, const struct timespec *, struct timespec *);
LGC_NEXT_DECLARE(int, clock_nanosleep, clockid_t, int, const struct timespec *, struct timespec *);
LGC_NEXT_DECLARE(int, thrd_sleep, const struct timespec *, struct timespec *);
LGC_NEXT_DECLARE(int, usleep, useconds_t);
LGC_NEXT_DECLARE(unsigned, sleep, unsigned);
LGC_NEXT_DECLARE(int, ppoll, struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);

/* nanosleep; the rest of it in ppoll, which has a mask.  *left is written only
 * if a handler of the program ends it. */
static int whole_sleep(const struct timespec *given, struct timespec *left)
{
    struct lgc_wait w;
    int status;

    LGC_NEXT(nanosleep);
    LGC_NEXT(ppoll);
    lgc_wait_begin(&w, given, CLOCK_MONOTONIC);
    LGC_WAIT_HELD(&w, lgc_wait_hold(&w, NULL), status,
                  w.mask == NULL ? next_nanosleep(given, NULL)
                                 : next_ppoll(NULL, 0, lgc_wait_left(&w), w.mask));
    if (status == -1 && errno == EINTR && left != NULL) {
        w.again = true;
        *left = *lgc_wait_left(&w);
    }
    return status;
}

/* The same as an error number. */
static int whole_sleep_error(const struct timespec *given, struct timespec *left)
{
    int saved = errno, error = whole_sleep(given, left) == 0 ? 0 : errno;

    errno = saved;
    return error;
}

LGC_EXPORT int nanosleep(const struct timespec *given, struct timespec *left)
{
    LGC_WAIT_OR_NEXT(nanosleep, given, left);
    return whole_sleep(given, left);
}

LGC_EXPORT int usleep(useconds_t us)
{
    struct timespec t = { us / 1000000, us % 1000000 * 1000L };

    LGC_WAIT_OR_NEXT(usleep, us);
    return whole_sleep(&t, NULL);
}

LGC_EXPORT unsigned sleep(unsigned seconds)
{
    struct timespec t = { seconds, 0 };

    LGC_WAIT_OR_NEXT(sleep, seconds);
    return whole_sleep(&t, &t) == 0 ? 0 : (unsigned)t.tv_sec;
}

LGC_EXPORT int thrd_sleep(const struct timespec *given, struct timespec *left)
{
    int error;

    LGC_WAIT_OR_NEXT(thrd_sleep, given, left);
    error = whole_sleep_error(given, left);
    return error == 0 ? 0 : error == EINTR ? -1 : -2;
}

LGC_EXPORT int clock_nanosleep(clockid_t clock, int flags, const struct timespec *given,
                               struct timespec *left)
{
    struct lgc_wait w;
    int error;

    LGC_WAIT_OR_NEXT(clock_nanosleep, clock, flags, given, left);
    if (flags & TIMER_ABSTIME) {
        lgc_wait_begin(&w, NULL, clock);
        LGC_WAIT_WHILE(&w, error = next_clock_nanosleep(clock, flags, given, left), error == EINTR);
        return error;
    }
    /* That somebody sets the clock does not change how long it is. */
    if (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC)
        return whole_sleep_error(given, left);
    lgc_wait_begin(&w, given, clock);
    LGC_WAIT_WHILE(&w, error = next_clock_nanosleep(clock, flags, lgc_wait_left(&w), NULL),
                   error == EINTR);
    if (error == EINTR && left != NULL) {
        w.again = true;
        *left = *lgc_wait_left(&w);
    }
    return error;
}
