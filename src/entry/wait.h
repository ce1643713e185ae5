/* SPDX-License-Identifier: MIT
 * wait.h: a blocking call that goes on when nothing but a check interrupted it.
 *
 * wait.c says why, and what happens when a signal of the program comes as well. */
#ifndef LGC_ENTRY_WAIT_H
#define LGC_ENTRY_WAIT_H

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "entry/next.h"
#include "run/helper.h"
#include "run/life.h"
#include "world/stop.h"

/* One call of the program; on the stack of the exported function. */
struct lgc_wait {
    const struct timespec *given; /* how long, relative; NULL: no matter     */
    struct timespec own;          /* `given`, where the program has no such  */
    struct timespec rest;         /* what is left of it, once `again`        */
    clockid_t clock;              /* that it is measured by                  */
    int64_t begin;
    int saved_errno;
    bool again;
    bool holds;                   /* lgc_wait_hold was called                */
    uint64_t held;                /* signals that are blocked for it         */
    uint64_t ticket;              /* of world/watch.h                        */
    const sigset_t *mask;         /* NULL, or `set`: to pass to libc         */
    sigset_t set;                 /* without our signal                      */
};

/* `given` is not read unless the call is interrupted: the kernel may refuse
 * it.  The second form is of milliseconds, negative for ever. */
void lgc_wait_begin(struct lgc_wait *w, const struct timespec *given, clockid_t clock);
void lgc_wait_begin_ms(struct lgc_wait *w, int ms);

/* What to pass to libc: at first what the program gave, then what is left. */
const struct timespec *lgc_wait_left(struct lgc_wait *w);
int lgc_wait_left_ms(struct lgc_wait *w);

/* The call gave EINTR: whether it is to be made again. */
bool lgc_wait_again(struct lgc_wait *w);

/* Whether a stop alone made a call give EINTR that was made just below `frame`, a
 * variable of the exported function, since lgc_watch_begin. */
bool lgc_wait_alone(const void *frame);

/* Before each time that the call is made. */
void lgc_wait_watch(struct lgc_wait *w);

/* For a call that can unblock signals by a mask: blocks all until
 * lgc_wait_release.  With a `set` at once, and w->mask is made of that; with
 * NULL before the call is made again, if it is, and w->mask, NULL until then,
 * is what was blocked so far.  The second form: the latter at once. */
void lgc_wait_hold(struct lgc_wait *w, const sigset_t *set);
void lgc_wait_hold_present(struct lgc_wait *w);
void lgc_wait_release(void *w);

/* `set` without our signal, in finding mode; `copy` if that makes a difference. */
const sigset_t *lgc_wait_without_ours(const sigset_t *set, sigset_t *copy);

/* Straight to libc's function unless leaks are looked for. */
#define LGC_WAIT_OR_NEXT(name, ...)                                 \
    do {                                                            \
        LGC_NEXT(name);                                             \
        if (lgc_life != LGC_LIFE_FINDING)                           \
            return next_##name(__VA_ARGS__);                        \
    } while (0)

/* Does `call` while `interrupted` because of a check alone. */
#define LGC_WAIT_WHILE(w, call, interrupted)                        \
    do {                                                            \
        lgc_wait_watch(w);                                          \
        call;                                                       \
    } while ((interrupted) && lgc_wait_again(w))

#define LGC_WAIT(w, status, call) \
    LGC_WAIT_WHILE(w, (status) = (call), (status) == -1 && errno == EINTR)

/* The same after `hold`, one of the two above, which also the cancellation of
 * the thread undoes. */
#define LGC_WAIT_HELD(w, hold, status, call)                        \
    do {                                                            \
        pthread_cleanup_push(lgc_wait_release, w);                  \
        hold;                                                       \
        LGC_WAIT(w, status, call);                                  \
        pthread_cleanup_pop(1);                                     \
    } while (0)

#endif
