/* SPDX-License-Identifier: MIT
 * test_task.c: world/task reads the state of each thread from /proc. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"
#include "world/task.h"

enum { THREADS = 5 };

struct sleeper {
    pthread_t thread;
    volatile int tid;
    int signal;              /* which it blocks, or 0                       */
    int sleep[2], ready[2];  /* pipes                                       */
};

static int my_tid(void) { return (int)syscall(SYS_gettid); }

static void *sleep_in_read(void *arg)
{
    struct sleeper *s = arg;
    sigset_t set;
    char c;
    sigemptyset(&set);
    if (s->signal != 0)
        sigaddset(&set, s->signal);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    s->tid = my_tid();
    return write(s->ready[1], "", 1) == 1 && read(s->sleep[0], &c, 1) == 1 ? arg : NULL;
}

static void start(struct sleeper *s, int sig)
{
    char c;
    s->signal = sig;
    cr_assert(pipe(s->sleep) == 0 && pipe(s->ready) == 0);
    pthread_create(&s->thread, NULL, sleep_in_read, s);
    cr_assert_eq(read(s->ready[0], &c, 1), 1);
}

static void finish(struct sleeper *s)
{
    cr_assert_eq(write(s->sleep[1], "", 1), 1);
    pthread_join(s->thread, NULL);
}

struct list { int tid[64]; int n; };

static void note(int tid, void *arg)
{
    struct list *l = arg;
    if (l->n < 64)
        l->tid[l->n++] = tid;
}

static int times(const struct list *l, int tid)
{
    int n = 0;
    for (int i = 0; i < l->n; i++)
        n += l->tid[i] == tid;
    return n;
}

Test(task, all_threads_are_listed_once, .timeout = 60)
{
    static struct sleeper s[THREADS];
    struct list before = { .n = 0 }, with = { .n = 0 };
    errno = 77;
    lgc_task_each(note, &before);
    cr_expect_eq(errno, 77);
    cr_expect_eq(times(&before, my_tid()), 1);
    for (int i = 0; i < THREADS; i++)
        start(&s[i], 0);
    lgc_task_each(note, &with);
    cr_expect_eq(with.n, before.n + THREADS);
    for (int i = 0; i < THREADS; i++)
        cr_expect_eq(times(&with, s[i].tid), 1);
    for (int i = 0; i < THREADS; i++)
        finish(&s[i]);
}

Test(task, names)
{
    char name[16];
    static const char *const names[] = { "short", "fifteen letters", "a) Z (", "" };
    for (int i = 0; i < 4; i++) {
        prctl(PR_SET_NAME, names[i]);
        lgc_task_name(my_tid(), name);
        cr_expect_str_eq(name, names[i]);
    }
    lgc_task_name(0x7fffffff, name);
    cr_expect_str_eq(name, "");
}

Test(task, one_that_lives_has_not_ended)
{
    cr_expect_not(lgc_task_ended(my_tid()));
    prctl(PR_SET_NAME, "a) Z (");
    cr_expect_not(lgc_task_ended(my_tid()), "its name is not its state");
    cr_expect(lgc_task_ended(0x7fffffff));
    errno = 77;
    lgc_task_ended(0x7fffffff);
    cr_expect_eq(errno, 77);
}

static void *await_the_first(void *arg)
{
    struct list l = { .n = 0 };
    while (!lgc_task_ended(getpid()))
        sched_yield();
    lgc_task_each(note, &l);
    _exit(times(&l, getpid()) == 1 ? 0 : 1);
    return arg;
}

Test(task, a_first_thread_that_ended_is_still_listed, .timeout = 60)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        pthread_t thread;
        pthread_create(&thread, NULL, await_the_first, NULL);
        syscall(SYS_exit, 0); /* this thread only */
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect_eq(status, 0);
}

Test(task, blocked_signals, .timeout = 60)
{
    static struct sleeper s;
    start(&s, SIGRTMAX - 2);
    cr_expect(lgc_task_blocks(s.tid, SIGRTMAX - 2));
    cr_expect_not(lgc_task_blocks(s.tid, SIGRTMAX - 1));
    cr_expect_not(lgc_task_blocks(s.tid, SIGRTMAX - 3));
    cr_expect_not(lgc_task_blocks(s.tid, 1));
    cr_expect_not(lgc_task_blocks(my_tid(), SIGRTMAX - 2));
    cr_expect_not(lgc_task_blocks(0x7fffffff, SIGRTMAX - 2));
    finish(&s);
}

Test(task, where_a_sleeper_stands, .timeout = 60)
{
    static struct sleeper s;
    pthread_attr_t attr;
    void *lo;
    size_t size;
    uintptr_t sp;
    int fd = open("/proc/self/syscall", O_RDONLY);
    if (fd < 0 || read(fd, &sp, 1) != 1)
        cr_skip_test("the kernel does not tell");
    start(&s, 0);
    while ((sp = lgc_task_sleeping_sp(s.tid)) == 0)
        sched_yield();
    pthread_getattr_np(s.thread, &attr);
    pthread_attr_getstack(&attr, &lo, &size);
    cr_expect(sp > (uintptr_t)lo && sp < (uintptr_t)s.thread, "on its stack, below its control block");
    cr_expect_gt(sp, (uintptr_t)s.thread - 65536, "and not where its program counter is");
    cr_expect_eq(lgc_task_sleeping_sp(0x7fffffff), 0);
    finish(&s);
}

static volatile int spinner, end_of_spin;

static void *spin(void *arg)
{
    spinner = my_tid();
    while (!end_of_spin)
        ;
    return arg;
}

Test(task, one_that_runs_stands_nowhere, .timeout = 60)
{
    pthread_t thread;
    pthread_create(&thread, NULL, spin, NULL);
    while (spinner == 0)
        sched_yield();
    for (int i = 0; i < 100; i++)
        if (lgc_task_sleeping_sp(spinner) != 0)
            cr_assert_fail("look %d", i);
    end_of_spin = 1;
    pthread_join(thread, NULL);
}
