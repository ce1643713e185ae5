/* SPDX-License-Identifier: MIT
 * test_worker.c: a child that ends, crashes or hangs is told from the others. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tool/worker.h"

static unsigned asked;

static bool never(void *arg)
{
    (void)arg;
    asked++;
    return false;
}

static bool at_third(void *arg)
{
    (void)arg;
    return ++asked >= 3;
}

static int return_it(void *arg)
{
    return *(int *)arg;
}

static int raise_it(void *arg)
{
    raise(*(int *)arg);
    return 0;
}

static int sleep_for_ever(void *arg)
{
    *(volatile pid_t *)arg = getpid();
    while (kill(getpid(), 0) == 0)      /* the compiler need not know: for ever */
        pause();
    return 0;
}

Test(worker, ends, .timeout = 20)
{
    for (int code = 0; code <= 255; code += 51) {
        struct lgc_worker_result r = lgc_worker_run(return_it, never, &code);
        cr_expect_eq(r.end, LGC_WORKER_DONE);
        cr_expect_eq(r.code, code);
    }
}

Test(worker, crashes, .timeout = 20)
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGKILL };
    signal(SIGABRT, SIG_IGN);       /* what we inherit must not keep it alive */
    for (int i = 0; i < 4; i++) {
        int number = signals[i];
        struct lgc_worker_result r = lgc_worker_run(raise_it, never, &number);
        cr_expect_eq(r.end, LGC_WORKER_CRASHED);
        cr_expect_eq(r.code, number);
    }
}

Test(worker, hangs, .timeout = 20)
{
    volatile pid_t *child = mmap(NULL, sizeof *child, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    asked = 0;
    struct lgc_worker_result r = lgc_worker_run(sleep_for_ever, at_third, (void *)(uintptr_t)child);
    cr_expect_eq(r.end, LGC_WORKER_STUCK);
    cr_expect_eq(asked, 3);
    cr_expect_neq(kill(*child, 0), 0, "the child is gone");
}

Test(worker, an_end_is_seen_at_once, .timeout = 20)
{
    int code = 0;
    asked = 0;
    for (int i = 0; i < 20; i++)
        lgc_worker_run(return_it, never, &code);
    cr_expect_leq(asked, 5, "it does not wait for the next look");
}
