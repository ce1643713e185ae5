/* SPDX-License-Identifier: MIT
 * wait.c: decides whether an interrupted call is made again, and for how long.
 *
 * Linux never restarts some system calls after a handler, SA_RESTART or not
 * (signal(7)): poll, select, epoll_wait, the sleeps, sigsuspend, System V IPC.
 * A check stops every thread by a signal, so they would fail with EINTR, or a
 * sleep end early, in a program that never sees that otherwise.  The exported
 * functions of poll.c, sleep.c, ipc.c, sigwait.c and socket.c make such a call
 * again if the stop alone ended it: our handler finds -EINTR in the interrupted rax, on
 * a stack just below the function that asks (world/watch.c), so that a call
 * which a handler of the program makes meanwhile is not taken for this one.
 *
 * A handler of the program ran, too: EINTR is the program's.
 *   Its signal was taken first: our signal interrupts its handler, whose
 *     registers hold no -EINTR of this call.  The kernel takes signals sent to
 *     the thread before those of the process, and of each the lowest number
 *     first; ours is one of the highest, and is sent to the thread.
 *   Ours was taken first (the other is of the process, or came while the world
 *     stood still): it is pending when our handler ends, for all are blocked
 *     in there.  Our handler sees that and the call is not made again.
 *   It comes later, but before the second call: see the next two paragraphs.
 *
 * Calls that the kernel does restart (read, wait, sem_wait) fail with EINTR if a
 * handler without SA_RESTART follows on a stop: our handler sees that, too.
 *
 * Calls with a mask (sigsuspend, ppoll, pselect, epoll_pwait) are what a
 * program uses to be sure of its EINTR, so there none may be missed.  All
 * signals, ours as well, are blocked around the whole loop: handlers, whosever,
 * run nowhere but in the call itself.  Our handler then cannot come just as
 * another one returns to the call, and a signal that comes between two calls
 * stays pending and ends the second at once.  So the program gets EINTR if and
 * only if a handler of it ran, and cannot sleep through a signal.  The price
 * is two system calls each time.  pause, too, is done so, as sigsuspend with
 * the mask that the thread has: a parent may wait until it sees its child in
 * pause, send one signal and never another.
 *
 * Calls that have such a variant (poll, select, epoll_wait, nanosleep, and the
 * above without a mask) are made plainly at first, then likewise.  The stop that
 * breaks the first leaves all blocked as it returns to it (world/watch.h).  When
 * our signal comes just as another handler returns to the call, in the system
 * call by which it does so, there remains a moment in which the program's handler
 * ran unseen and the call goes on.  To the program that is as if the signal had
 * come just before the call, for which it must be ready: without a mask there is
 * no being sure.  The others (IPC, sigtimedwait, sleeps until a time or by other
 * clocks) have no variant with a mask: there that gap lasts from the end of our
 * handler until the second call has begun, and a check that begins within it
 * lengthens it.
 *
 * Time: what is left until the first call's begin plus what was given, rounded
 * up, so that a thread never sleeps too short, and that the time in which it
 * stood still counts. */
#include "entry/wait.h"

#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "world/module.h"
#include "world/watch.h"

enum { SECOND = 1000000000, MILLISECOND = 1000000 };

static int64_t saturated(const struct timespec *t)
{
    int64_t ns;

    if (__builtin_mul_overflow((int64_t)t->tv_sec, (int64_t)SECOND, &ns) ||
        __builtin_add_overflow(ns, (int64_t)t->tv_nsec, &ns))
        return INT64_MAX;
    return ns;
}

static int64_t now(clockid_t clock)
{
    struct timespec t = { 0, 0 };

    clock_gettime(clock, &t);
    return saturated(&t);
}

void lgc_wait_begin(struct lgc_wait *w, const struct timespec *given, clockid_t clock)
{
    lgc_helper_tick(); /* the program is in no hurry now */
    /* All of it: what is left over on the stack must not look like pointers. */
    memset(w, 0, sizeof *w);
    w->saved_errno = errno;
    w->given = given;
    w->clock = clock;
    if (given != NULL)
        w->begin = now(clock);
    errno = w->saved_errno; /* the clock may be none, which libc shall say */
}

void lgc_wait_begin_ms(struct lgc_wait *w, int ms)
{
    lgc_wait_begin(w, ms > 0 ? &w->own : NULL, CLOCK_MONOTONIC);
    w->own.tv_sec = ms / 1000;
    w->own.tv_nsec = ms % 1000 * (long)MILLISECOND;
    if (ms == 0)
        w->given = &w->own;
}

const struct timespec *lgc_wait_left(struct lgc_wait *w)
{
    int64_t end, left;

    if (w->given == NULL || !w->again)
        return w->given;
    if (__builtin_add_overflow(w->begin, saturated(w->given), &end))
        end = INT64_MAX;
    left = end - now(w->clock);
    if (left < 0)
        left = 0; /* the call still looks once */
    w->rest.tv_sec = left / SECOND;
    w->rest.tv_nsec = left % SECOND;
    return &w->rest;
}

int lgc_wait_left_ms(struct lgc_wait *w)
{
    const struct timespec *left = lgc_wait_left(w);

    if (left == NULL)
        return -1;
    return (int)((saturated(left) + MILLISECOND - 1) / MILLISECOND);
}

static uint64_t bit(int sig) { return 1ull << (sig - 1); }

/* All are blocked that can be; `before` were, without us. */
static void note_held(struct lgc_wait *w, uint64_t before)
{
    w->held = lgc_watch_holdable() & ~before;
    before &= ~bit(lgc_stop_signal());
    memcpy(&w->set, &before, sizeof before);
    w->mask = &w->set;
}

void lgc_wait_hold_present(struct lgc_wait *w)
{
    uint64_t all = lgc_watch_holdable(), before = 0;

    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, &before, sizeof before);
    note_held(w, before);
}

void lgc_wait_watch(struct lgc_wait *w)
{
    if (w->holds && w->mask == NULL)
        lgc_watch_begin_holding(&w->ticket);
    else
        lgc_watch_begin();
}

void lgc_wait_hold(struct lgc_wait *w, const sigset_t *set)
{
    w->holds = true;
    if (set == NULL)
        return;
    lgc_wait_hold_present(w);
    w->set = *set;
    sigdelset(&w->set, lgc_stop_signal());
}

void lgc_wait_release(void *wait)
{
    struct lgc_wait *w = wait;
    uint64_t before;

    if (w->holds && w->mask == NULL && lgc_watch_held(&before))
        note_held(w, before); /* by the stop, and then the thread was cancelled */
    lgc_watch_begin();
    if (w->held != 0)
        syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &w->held, NULL, sizeof w->held);
    w->held = 0;
}

/* Whether any signal has a handler but for ours and libc's own. */
static bool program_has_handler(void)
{
    struct { void (*handler)(int); unsigned long flags; void (*restorer)(void); uint64_t mask; } action;

    for (int sig = 1; sig <= 64; sig++)
        if (sig != 32 && sig != 33 &&
            syscall(SYS_rt_sigaction, sig, NULL, &action, sizeof action.mask) == 0 &&
            action.handler != SIG_DFL && action.handler != SIG_IGN &&
            !lgc_module_is_ours((uintptr_t)action.handler))
            return true;
    return false;
}

/* Rarely, beside stops, a call ends with EINTR though no handler has run since
 * it began (seen with epoll_wait, sigtimedwait and semtimedop). */
bool lgc_wait_alone(const void *frame) { return lgc_watch_broke(frame) || !program_has_handler(); }

bool lgc_wait_again(struct lgc_wait *w)
{
    uint64_t before;

    if (!lgc_wait_alone(w))
        return false;
    if (w->holds && w->mask == NULL && lgc_watch_held(&before)) {
        note_held(w, before);
    } else if (w->holds && w->mask == NULL) {
        lgc_wait_hold_present(w);
        if (!lgc_wait_alone(w)) /* one more stop, and then a handler */
            return false;
    }
    w->again = true;
    errno = w->saved_errno; /* as if there had been no first call */
    return true;
}

const sigset_t *lgc_wait_without_ours(const sigset_t *set, sigset_t *copy)
{
    if (set == NULL || lgc_life != LGC_LIFE_FINDING ||
        sigismember(set, lgc_stop_signal()) != 1)
        return set;
    *copy = *set;
    sigdelset(copy, lgc_stop_signal());
    return copy;
}
