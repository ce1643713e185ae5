/* SPDX-License-Identifier: MIT
 * serve.c: the helper's loop: what the process has ordered, and a watch on the copy at work. */
#include "run/serve.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/lock.h"
#include "base/msg.h"
#include "capture/track.h"
#include "find/child.h"
#include "find/pace.h"
#include "heap/cache.h"
#include "run/answer.h"
#include "run/clients.h"
#include "run/files.h"
#include "run/helper.h"
#include "run/look.h"
#include "run/schedule.h"
#include "run/settings.h"

/* With every=: how often is looked at what has been allocated, while something
 * is: when there was nothing between two looks, the next allocation wakes us. */
#define LOOK_NS 50000000u
/* Without pidfds: how often is looked whether a copy has ended. */
#define ENDED_NS 10000000u
/* Once the first thread has ended: after what time is looked for the others,
 * each time twice as long.  It is for threads that end without libc: the last
 * of the usual ones ends us itself (helper.c). */
#define ALONE_FIRST_NS 20000000u
#define ALONE_MOST_NS  1000000000u

static struct lgc_lock order_lock = LGC_LOCK_INIT(LGC_RANK_HELPER);
static struct { bool is_new; uint64_t count, interval_ns; } order; /* from lgc_serve_schedule */

static struct lgc_schedule own;                     /* interval= and the API  */
static uint64_t every_next, every_seen;             /* allocated bytes        */
static bool every_quiet;                            /* none since the last look */
static uint64_t alone_next, alone_delay;            /* 0: not begun           */

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- what the process itself has ordered ------------------------------ */

static uint64_t allocated_bytes(void)
{
    struct lgc_count allocated, freed;

    lgc_cache_totals(&allocated, &freed);
    return allocated.bytes;
}

/* A check that is written to the log: a line, or the whole report. */
static void run_own(const char *reason, bool report)
{
    lgc_files_borrow_stderr();
    lgc_answer_log(reason, report);
    lgc_files_return_stderr();
}

static void take_order(void)
{
    lgc_lock(&order_lock);
    if (order.is_new)
        lgc_schedule_begin(&own, order.count, order.interval_ns, now_ns() + order.interval_ns);
    order.is_new = false;
    lgc_unlock(&order_lock);
}

static void on_allocation(void) { lgc_helper_wake(LGC_HELPER_ALLOCATED); }

static void look_at_every(void)
{
    uint64_t total = allocated_bytes();

    if (total >= every_next) {
        run_own("every", false);
        total = allocated_bytes();
        every_next = total + lgc_settings.every;
    }
    every_quiet = total == every_seen;
    if (every_quiet)
        lgc_track_tell(on_allocation);
    every_seen = allocated_bytes();
    if (every_seen != total) /* before it would have been told */
        every_quiet = false;
}

static void run_due(unsigned reasons)
{
    uint64_t now = now_ns();

    if (reasons & LGC_HELPER_SCHEDULE)
        take_order();
    if (reasons & LGC_HELPER_SIGNAL)
        run_own("signal", true);
    if (lgc_schedule_due(&own, now)) {
        bool last = !own.endless && own.left == 1;

        run_own("interval", last);
        lgc_schedule_done(&own, now_ns());
    }
    if (lgc_settings.every != 0)
        look_at_every();
    lgc_clients_run_due();
}

/* ---- while a copy works ------------------------------------------------ */

static bool any(const struct pollfd *fds, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (fds[i].revents != 0)
            return true;
    return false;
}

/* Its pid is its own while nobody has waited for it. */
static bool end_copy(int copy, int pidfd)
{
    if (pidfd >= 0)
        return syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0) == 0;
    return !lgc_child_ended(copy) && syscall(SYS_kill, copy, SIGKILL) == 0;
}

/* The copy of a patient check ends at once if the process does, and does not
 * spare the processors if somebody wants something.  What that is, is seen to
 * afterwards. */
static bool watch_copy(int copy, int ended, bool patient)
{
    struct pollfd fds[1 + LGC_SERVER_FDS];
    size_t n = patient ? lgc_clients_poll_set(fds + 1) : 0;
    unsigned reasons = 0;
    bool hurries = false, stays = true;

    for (;;) {
        fds[0] = (struct pollfd){ .fd = ended, .events = POLLIN };
        reasons |= lgc_helper_wait(fds, 1 + n, ended >= 0 ? UINT64_MAX : ENDED_NS);
        if (fds[0].revents != 0 || (ended < 0 && lgc_child_ended(copy)))
            break;
        if (patient && (reasons & LGC_HELPER_STOP)) {
            stays = !end_copy(copy, ended);
            break;
        }
        if (patient && !hurries && (reasons != 0 || any(fds + 1, n))) {
            hurries = true;
            n = 0;
            lgc_pace_hurry(true);
        }
    }
    if (hurries)
        lgc_pace_hurry(false);
    lgc_helper_again(reasons);
    return stays;
}

/* Signals are blocked as in the whole check, but for those by which setuid()
 * reaches every thread: it would wait for us. */
static bool watch(int copy, bool patient)
{
    uint64_t before = 0;
    bool stays;
    int ended;

    if (!lgc_helper_is_me() || !lgc_files_are_own())
        return true;
    ended = lgc_child_may(LGC_CHILD_PIDFD_OPEN) ? (int)syscall(SYS_pidfd_open, copy, 0) : -1; /* it is looked at */
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &before, sizeof before);
    stays = watch_copy(copy, ended, patient);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
    if (ended >= 0)
        syscall(SYS_close, ended);
    return stays;
}

/* ---- the loop --------------------------------------------------------- */

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* When to look for the other threads; being woken early changes nothing. */
static uint64_t next_look(uint64_t now)
{
    if (now >= alone_next) {
        alone_delay = alone_delay == 0 ? ALONE_FIRST_NS : least(2 * alone_delay, ALONE_MOST_NS);
        alone_next = now + alone_delay;
    }
    return alone_next;
}

static uint64_t time_to_sleep(void)
{
    uint64_t until = least(lgc_schedule_next(&own), lgc_clients_next()), now = now_ns();

    if (lgc_settings.every != 0 && !every_quiet)
        until = least(until, now + LOOK_NS);
    if (lgc_helper_first_gone())
        until = least(until, next_look(now));
    if (until == UINT64_MAX)
        return UINT64_MAX;
    return until > now ? until - now : 0;
}

/* A sandbox without sockets, or no place for one; a child needs not say it again. */
static void say_no_channel(void)
{
    static bool said;
    int error = errno;

    if (said || lgc_settings.verbosity == 0)
        return;
    said = true;
    lgc_files_borrow_stderr();
    lgc_msg("no channel: leaksgc's commands do not reach this process (%s); it reports as ever",
            strerrordesc_np(error));
    lgc_files_return_stderr();
}

void lgc_serve_loop(void)
{
    struct pollfd fds[LGC_SERVER_FDS];

    if (!lgc_clients_open())
        say_no_channel();
    lgc_look_watch = watch;
    take_order();
    every_next = allocated_bytes() + lgc_settings.every;
    every_quiet = false;
    alone_next = alone_delay = 0; /* a child of fork begins anew */
    for (;;) {
        size_t n = lgc_clients_poll_set(fds);
        unsigned reasons = lgc_helper_wait(fds, n, time_to_sleep());

        if ((reasons & LGC_HELPER_STOP) || lgc_helper_alone())
            break;
        lgc_clients_serve(fds, n);
        run_due(reasons);
    }
    lgc_clients_close();
}

/* ---- start ------------------------------------------------------------ */

static void on_signal(int sig)
{
    (void)sig;
    lgc_helper_wake(LGC_HELPER_SIGNAL);
}

/* By libc's own: the program sees its signal with a handler, as it would see
 * one of a preloaded library. */
static void install_signal(int sig)
{
    struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESTART | SA_ONSTACK };
    int (*next)(int, const struct sigaction *, struct sigaction *) = NULL;

    *(void **)&next = dlsym(RTLD_NEXT, "sigaction");
    if (next != NULL)
        next(sig, &sa, NULL);
}

void lgc_serve_schedule(uint64_t count, uint64_t interval_ns)
{
    lgc_lock(&order_lock);
    order.is_new = true;
    order.count = count;
    order.interval_ns = interval_ns;
    lgc_unlock(&order_lock);
    lgc_helper_want();
    lgc_helper_wake(LGC_HELPER_SCHEDULE);
}

void lgc_serve_begin(void)
{
    lgc_helper_prepare();
    if (lgc_settings.check_signal != 0)
        install_signal((int)lgc_settings.check_signal);
    if (lgc_settings.interval != 0)
        lgc_serve_schedule(lgc_settings.count, lgc_settings.interval);
    if (lgc_settings.control || lgc_settings.every != 0 || lgc_settings.check_signal != 0 ||
        lgc_settings.interval != 0)
        lgc_helper_want();
}

void lgc_serve_fork_child(void)
{
    lgc_lock_reset(&order_lock);
    lgc_clients_fork_child();
    memset(&own, 0, sizeof own);
    order.is_new = lgc_settings.interval != 0;
    order.count = lgc_settings.count;
    order.interval_ns = lgc_settings.interval;
}
