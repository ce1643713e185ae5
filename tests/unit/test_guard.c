/* SPDX-License-Identifier: MIT
 * test_guard.c: base/guard counts how deep a thread is inside, and runs later what had to wait. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>

#include "base/guard.h"

static unsigned ran, depth_then, deferred_then;

static void work(void)
{
    ran++;
    depth_then = lgc_guard.depth;
    deferred_then = lgc_guard.deferred;
}

Test(guard, only_the_outermost_enter_says_so)
{
    cr_expect_not(lgc_guard_inside());
    cr_expect(lgc_guard_enter());
    cr_expect(lgc_guard_inside());
    cr_expect_not(lgc_guard_enter());
    lgc_guard_leave();
    cr_expect(lgc_guard_inside(), "one level is left");
    lgc_guard_leave();
    cr_expect_not(lgc_guard_inside());
    cr_expect(lgc_guard_enter());
    lgc_guard_leave();
}

Test(guard, what_waits_runs_once_at_the_outermost_leave)
{
    lgc_guard_deferred_work = work;
    lgc_guard_enter();
    lgc_guard_enter();
    lgc_guard.deferred = 1;
    lgc_guard_leave();
    cr_expect_eq(ran, 0);
    lgc_guard_leave();
    cr_expect_eq(ran, 1);
    cr_expect_eq(depth_then, 0);
    cr_expect_eq(deferred_then, 0);
    lgc_guard_enter();
    lgc_guard_leave();
    cr_expect_eq(ran, 1);
}

Test(guard, nothing_to_run_is_no_error)
{
    lgc_guard_enter();
    lgc_guard.deferred = 1;
    lgc_guard_leave();
    cr_expect_eq(lgc_guard.deferred, 0);
}

static volatile unsigned handled, outermost;

static void handler(int sig)
{
    (void)sig;
    outermost += lgc_guard_enter();
    lgc_guard_leave();
    handled++;
}

Test(guard, a_handler_leaves_the_depth_as_it_was)
{
    signal(SIGUSR1, handler);
    lgc_guard_enter();
    raise(SIGUSR1);
    cr_expect_eq(lgc_guard.depth, 1);
    cr_expect_eq(handled, 1);
    cr_expect_eq(outermost, 0);
    lgc_guard_leave();
    raise(SIGUSR1);
    cr_expect_eq(outermost, 1);
    cr_expect_eq(lgc_guard.depth, 0);
}

static void *other_thread(void *arg)
{
    bool inside = lgc_guard_inside();
    lgc_guard_enter(); /* and never leaves */
    lgc_guard.deferred = 1;
    return inside ? NULL : arg;
}

Test(guard, each_thread_has_its_own)
{
    pthread_t thread;
    void *result;
    lgc_guard_deferred_work = work;
    lgc_guard_enter();
    pthread_create(&thread, NULL, other_thread, &result);
    pthread_join(thread, &result);
    cr_expect_not_null(result);
    cr_expect_eq(lgc_guard.depth, 1);
    lgc_guard_leave();
    cr_expect_eq(ran, 0);
}
