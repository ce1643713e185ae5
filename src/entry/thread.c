/* SPDX-License-Identifier: MIT
 * thread.c: knows which threads somebody may still join, and who made them:
 * what they return is held by libc alone until then. */
#include <pthread.h>
#include <stdbool.h>
#include <threads.h>
#include <time.h>

#include "base/attr.h"
#include "base/guard.h"
#include "capture/clock.h"
#include "capture/track.h"
#include "entry/next.h"
#include "run/helper.h"
#include "run/life.h"
#include "world/thread.h"

LGC_NEXT_DECLARE(int, pthread_create, pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
LGC_NEXT_DECLARE(int, pthread_join, pthread_t, void **);
LGC_NEXT_DECLARE(int, pthread_tryjoin_np, pthread_t, void **);
LGC_NEXT_DECLARE(int, pthread_timedjoin_np, pthread_t, void **, const struct timespec *);
LGC_NEXT_DECLARE(int, pthread_clockjoin_np, pthread_t, void **, clockid_t, const struct timespec *);
LGC_NEXT_DECLARE(int, pthread_detach, pthread_t);
LGC_NEXT_DECLARE(int, thrd_create, thrd_t *, thrd_start_t, void *);
LGC_NEXT_DECLARE(int, thrd_join, thrd_t, int *);
LGC_NEXT_DECLARE(int, thrd_detach, thrd_t);

static bool detached(const pthread_attr_t *attr)
{
    int state = PTHREAD_CREATE_JOINABLE;

    return attr != NULL && pthread_attr_getdetachstate(attr, &state) == 0 &&
           state == PTHREAD_CREATE_DETACHED;
}

static bool noted(void) { return lgc_life == LGC_LIFE_FINDING && !lgc_guard_inside(); }

/* attr NULL: the default of now. */
static size_t stack_size(const pthread_attr_t *attr)
{
    pthread_attr_t usual;
    size_t size = 0;

    if (attr != NULL)
        return pthread_attr_getstacksize(attr, &size) == 0 ? size : 0;
    if (pthread_attr_init(&usual) == 0) {
        size = stack_size(&usual);
        pthread_attr_destroy(&usual);
    }
    return size;
}

static void note_joinable(pthread_t thread, const pthread_attr_t *attr, unsigned before,
                          const struct lgc_caller *caller)
{
    lgc_guard_enter();
    lgc_thread_joinable(&(struct lgc_thread_joinable){
        .handle = thread, .site = lgc_track_site(caller), .time = lgc_clock_now(),
        .stack = stack_size(attr), .before = before });
    lgc_guard_leave();
}

/* What it returns stays a root while somebody waits for it. */
static void begin_join(pthread_t thread)
{
    if (!noted())
        return;
    lgc_guard_enter();
    lgc_thread_joining(thread, true);
    lgc_guard_leave();
}

static int end_join(int status, pthread_t thread)
{
    if (!noted())
        return status;
    lgc_guard_enter();
    if (status == 0)
        lgc_thread_joined(thread);
    else
        lgc_thread_joining(thread, false);
    lgc_guard_leave();
    return status;
}

LGC_EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attr,
                              void *(*run)(void *), void *arg)
{
    struct lgc_caller caller = LGC_CALLER();
    unsigned before = lgc_thread_count();
    int status;

    LGC_NEXT(pthread_create);
    lgc_helper_tick();
    status = next_pthread_create(thread, attr, run, arg);
    if (status == 0 && lgc_life_finding() && !lgc_guard_inside() && !detached(attr))
        note_joinable(*thread, attr, before, &caller);
    return status;
}

LGC_EXPORT int pthread_join(pthread_t thread, void **value)
{
    LGC_NEXT(pthread_join);
    begin_join(thread);
    return end_join(next_pthread_join(thread, value), thread);
}

LGC_EXPORT int pthread_tryjoin_np(pthread_t thread, void **value)
{
    LGC_NEXT(pthread_tryjoin_np);
    begin_join(thread);
    return end_join(next_pthread_tryjoin_np(thread, value), thread);
}

LGC_EXPORT int pthread_timedjoin_np(pthread_t thread, void **value, const struct timespec *until)
{
    LGC_NEXT(pthread_timedjoin_np);
    begin_join(thread);
    return end_join(next_pthread_timedjoin_np(thread, value, until), thread);
}

LGC_EXPORT int pthread_clockjoin_np(pthread_t thread, void **value, clockid_t clock,
                                    const struct timespec *until)
{
    LGC_NEXT(pthread_clockjoin_np);
    begin_join(thread);
    return end_join(next_pthread_clockjoin_np(thread, value, clock, until), thread);
}

/* Before: afterwards the control block may be another thread's. */
static void note_detached(pthread_t thread)
{
    if (!noted())
        return;
    lgc_guard_enter();
    lgc_thread_detached(thread);
    lgc_guard_leave();
}

LGC_EXPORT int pthread_detach(pthread_t thread)
{
    LGC_NEXT(pthread_detach);
    note_detached(thread);
    return next_pthread_detach(thread);
}

/* Threads of C11: glibc's, by calls inside of libc that pass none of the above.
 * A thrd_t is a pthread_t. */

LGC_EXPORT int thrd_create(thrd_t *thread, thrd_start_t run, void *arg)
{
    struct lgc_caller caller = LGC_CALLER();
    unsigned before = lgc_thread_count();
    int status;

    LGC_NEXT(thrd_create);
    lgc_helper_tick();
    status = next_thrd_create(thread, run, arg);
    if (status == thrd_success && lgc_life_finding() && !lgc_guard_inside())
        note_joinable(*thread, NULL, before, &caller);
    return status;
}

LGC_EXPORT int thrd_join(thrd_t thread, int *value)
{
    LGC_NEXT(thrd_join);
    begin_join(thread);
    return end_join(next_thrd_join(thread, value), thread);
}

LGC_EXPORT int thrd_detach(thrd_t thread)
{
    LGC_NEXT(thrd_detach);
    note_detached(thread);
    return next_thrd_detach(thread);
}
