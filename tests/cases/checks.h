/* SPDX-License-Identifier: MIT
 * checks.h: for the cases check_leaves_*: a thread that checks over and over, a clock, and a look whether a thread waits.
 */
#ifndef CASE_CHECKS_H
#define CASE_CHECKS_H

#include "case.h"
#include "api.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>

static atomic_int checks_made, checks_end;
static pthread_t checks_thread;

static inline void *checks_loop(void *unused)
{
    while (!checks_end) {
        check_now();
        checks_made++;
        sched_yield();
    }
    return unused;
}

/* Without a pause in between; no signal of the program is for that thread. */
static inline __attribute__((unused)) void checks_begin(void)
{
    sigset_t all, before;
    sigfillset(&all);
    CHECK(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
    CHECK(pthread_create(&checks_thread, NULL, checks_loop, NULL) == 0);
    CHECK(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
}

static inline __attribute__((unused)) void checks_wait(int count)
{
    int until = checks_made + count;
    while (checks_made < until)
        sched_yield();
}

static inline __attribute__((unused)) void checks_stop(void)
{
    checks_end = 1;
    CHECK(pthread_join(checks_thread, NULL) == 0);
}

/* Until that thread stands in one of these system calls: what comes before a wait does not end it. */
static inline __attribute__((unused)) void await_call(int tid, const long *calls, int ncalls)
{
    char path[64], text[32];
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", tid);
    for (;;) {
        int fd = open(path, O_RDONLY);
        ssize_t n = read(fd, text, sizeof text - 1);
        CHECK(fd >= 0);
        close(fd);
        text[n > 0 ? n : 0] = '\0';
        for (int i = 0; i < ncalls && text[0] >= '0' && text[0] <= '9'; i++)
            if (atol(text) == calls[i])
                return;
    }
}

static inline __attribute__((unused)) int64_t clock_now(clockid_t clock)
{
    struct timespec t;
    CHECK(clock_gettime(clock, &t) == 0);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline __attribute__((unused)) struct timespec after_ns(clockid_t clock, int64_t ns)
{
    int64_t until = clock_now(clock) + ns;
    struct timespec t = { until / 1000000000, until % 1000000000 };
    return t;
}

#endif
