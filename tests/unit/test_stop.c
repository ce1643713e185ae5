/* SPDX-License-Identifier: MIT
 * test_stop.c: world/stop stops every thread, sees its registers, and lets it go on as if nothing was. */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "core.h"
#include "world/task.h"

#define LONG_NS  ((uint64_t)60 * 1000000000)
#define SHORT_NS ((uint64_t)300 * 1000000)

enum { THREADS = 4 };

static volatile int end;
static volatile unsigned long counter[THREADS];
static volatile int tid[THREADS], spoilt;

static int my_tid(void) { return (int)syscall(SYS_gettid); }

static const struct lgc_stopped *stopped(int of)
{
    for (size_t i = 0; i < lgc_stop_count(); i++)
        if (lgc_stop_at(i)->tid == of)
            return lgc_stop_at(i);
    return NULL;
}

/* A copy, for after the world has gone on; state 0: not in the list. */
static struct lgc_stopped copy_of(int of)
{
    const struct lgc_stopped *s = stopped(of), none = { .state = 0 };
    return s == NULL ? none : *s;
}

static unsigned state_of(int of) { return copy_of(of).state; }

static void *count_up(void *arg)
{
    int i = (int)(uintptr_t)arg;
    errno = 1000 + i;
    tid[i] = my_tid();
    while (!end) {
        counter[i] = counter[i] + 1;
        if (errno != 1000 + i)
            spoilt = 1;
    }
    return NULL;
}

static void start_counting(pthread_t thread[THREADS])
{
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, count_up, (void *)i);
    for (int i = 0; i < THREADS; i++)
        while (counter[i] == 0)
            sched_yield();
}

/* How many of the counters move while this thread does some work. */
static int moving(void)
{
    unsigned long before[THREADS];
    int n = 0;
    for (int i = 0; i < THREADS; i++)
        before[i] = counter[i];
    for (int i = 0; i < 200; i++)
        sched_yield();
    for (int i = 0; i < THREADS; i++)
        n += counter[i] != before[i];
    return n;
}

static void await_moving(void)
{
    for (int i = 0; i < THREADS; i++) {
        unsigned long before = counter[i];
        while (counter[i] == before)
            sched_yield();
    }
}

Test(stop, the_world_stands_still_and_goes_on, .timeout = 120)
{
    pthread_t thread[THREADS];
    lgc_stop_init();
    start_counting(thread);
    for (int round = 0; round < 20; round++) {
        int all = 0;
        errno = 77;
        lgc_stop_world(LONG_NS);
        int saved = errno, moved = moving();
        for (int i = 0; i < THREADS; i++)
            all += state_of(tid[i]) == LGC_STOP_STOPPED;
        const struct lgc_stopped *me = stopped(my_tid());
        lgc_stop_resume();
        cr_expect_eq(saved, 77);
        cr_expect_eq(moved, 0, "round %d", round);
        cr_expect_eq(all, THREADS);
        cr_expect_null(me, "not the caller");
        await_moving();
    }
    end = 1;
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    cr_expect_eq(spoilt, 0, "errno is the thread's");
}

/* A loop with known values in registers that no C code touches meanwhile. */
#define MAGIC ((uintptr_t)0x123456789abc0000)
static volatile int holding;

static void hold_registers(volatile int *until)
{
    __asm__ volatile("mov %[m], %%rbx\n\t"
                     "lea 1(%[m]), %%r12\n\t"
                     "lea 2(%[m]), %%r15\n\t"
                     "lea 3(%[m]), %%rax\n\t"
                     "lea 4(%[m]), %%r9\n\t"
                     "movq %%r9, %%xmm7\n\t"
                     "lea 5(%[m]), %%r9\n\t"
                     "movl $1, %[h]\n"
                     "1:\tcmpl $0, (%[u])\n\t"
                     "je 1b"
                     : [h] "+m"(holding)
                     : [m] "r"(MAGIC), [u] "r"(until)
                     : "rbx", "r12", "r15", "rax", "r9", "xmm7", "cc", "memory");
}

static uintptr_t thread_sp;

static void *hold(void *arg)
{
    thread_sp = (uintptr_t)__builtin_frame_address(0);
    tid[0] = my_tid();
    hold_registers(&end);
    return arg;
}

static bool holds(const struct lgc_stopped *s, uintptr_t value)
{
    for (int i = 0; i < LGC_STOP_REGISTERS; i++)
        if (s->registers[i] == value)
            return true;
    return false;
}

static bool vector_holds(const struct lgc_stopped *s, uintptr_t value)
{
    for (uintptr_t a = s->vector_lo; a + 8 <= s->vector_hi; a += 8)
        if (*(uintptr_t *)a == value)
            return true;
    return false;
}

Test(stop, registers_as_they_were_interrupted, .timeout = 60)
{
    static const int held[] = { 0, 1, 2, 3, 5 };
    pthread_t thread;
    lgc_stop_init();
    pthread_create(&thread, NULL, hold, NULL);
    while (!holding)
        sched_yield();
    lgc_stop_world(LONG_NS);
    struct lgc_stopped s = copy_of(tid[0]);
    bool vector = vector_holds(&s, MAGIC + 4);
    lgc_stop_resume();
    for (int i = 0; i < 5; i++)
        cr_expect(holds(&s, MAGIC + (uintptr_t)held[i]), "value %d", held[i]);
    cr_expect(vector);
    cr_expect_not(holds(&s, MAGIC + 4));
    cr_expect_leq(s.sp, thread_sp);
    cr_expect_gt(s.sp, thread_sp - 4096);
    cr_expect_eq(s.tp, (uintptr_t)thread);
    cr_expect_null(s.thread, "it has not registered");
    end = 1;
    pthread_join(thread, NULL);
}

static int wake[2];

static void *block_all_and_sleep(void *arg)
{
    sigset_t all;
    char c;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    thread_sp = (uintptr_t)__builtin_frame_address(0);
    tid[0] = my_tid();
    ssize_t n = read(wake[0], &c, 1);
    pthread_sigmask(SIG_UNBLOCK, &all, NULL); /* ours comes now, late */
    holding = 2;
    while (!end)
        sched_yield();
    return n == 1 ? arg : NULL;
}

static bool kernel_tells(void)
{
    char c;
    FILE *f = fopen("/proc/self/syscall", "r");
    bool ok = f != NULL && fread(&c, 1, 1, f) == 1;
    if (f != NULL)
        fclose(f);
    return ok;
}

Test(stop, a_thread_that_blocks_everything_and_sleeps, .timeout = 60)
{
    pthread_t thread;
    void *result;
    if (!kernel_tells())
        cr_skip_test("the kernel does not tell where a thread sleeps");
    cr_assert_eq(pipe(wake), 0);
    lgc_stop_init();
    pthread_create(&thread, NULL, block_all_and_sleep, wake);
    while (tid[0] == 0 || lgc_task_sleeping_sp(tid[0]) == 0)
        sched_yield();
    lgc_stop_world(LONG_NS);
    struct lgc_stopped s = copy_of(tid[0]);
    lgc_stop_resume();
    cr_expect_eq(s.state, LGC_STOP_ASLEEP);
    cr_expect_leq(s.sp, thread_sp);
    cr_expect_gt(s.sp, thread_sp - 4096);
    cr_assert_eq(write(wake[1], "", 1), 1);
    while (holding != 2)
        sched_yield();
    lgc_stop_world(LONG_NS);
    unsigned later = state_of(tid[0]);
    lgc_stop_resume();
    cr_expect_eq(later, LGC_STOP_STOPPED, "a late signal spoils nothing");
    end = 1;
    pthread_join(thread, &result);
    cr_expect_not_null(result);
}

static void *sleep_and_come_late(void *arg)
{
    sigset_t all;
    char c;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    tid[0] = my_tid();
    ssize_t n = read(wake[0], &c, 1);
    holding = 1;
    pthread_sigmask(SIG_UNBLOCK, &all, NULL);
    while (!end)
        counter[0] = counter[0] + 1;
    return n == 1 ? arg : NULL;
}

Test(stop, a_sleeper_that_wakes_meanwhile_stands_still, .timeout = 60)
{
    pthread_t thread;
    if (!kernel_tells())
        cr_skip_test("the kernel does not tell where a thread sleeps");
    cr_assert_eq(pipe(wake), 0);
    lgc_stop_init();
    pthread_create(&thread, NULL, sleep_and_come_late, wake);
    while (tid[0] == 0 || lgc_task_sleeping_sp(tid[0]) == 0)
        sched_yield();
    lgc_stop_world(LONG_NS);
    ssize_t n = write(wake[1], "", 1);
    while (!holding)
        sched_yield();
    for (int i = 0; i < 2000; i++)
        sched_yield();
    unsigned long counted = counter[0];
    lgc_stop_resume();
    cr_expect_eq(n, 1);
    cr_expect_eq(counted, 0);
    while (counter[0] == 0)
        sched_yield();
    end = 1;
    pthread_join(thread, NULL);
}

static void *block_all_and_spin(void *arg)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    return count_up(arg);
}

Test(stop, one_that_does_not_answer_does_not_hold_up_the_others, .timeout = 60)
{
    pthread_t silent, other;
    lgc_stop_init();
    pthread_create(&silent, NULL, block_all_and_spin, (void *)0);
    pthread_create(&other, NULL, count_up, (void *)1);
    while (counter[0] == 0 || counter[1] == 0)
        sched_yield();
    lgc_stop_world(SHORT_NS);
    unsigned of_silent = state_of(tid[0]), of_other = state_of(tid[1]);
    unsigned long before = counter[1];
    for (int i = 0; i < 200; i++)
        sched_yield();
    bool still = counter[1] == before;
    lgc_stop_resume();
    cr_expect_eq(of_silent, LGC_STOP_SILENT);
    cr_expect_eq(of_other, LGC_STOP_STOPPED);
    cr_expect(still);
    end = 1;
    pthread_join(silent, NULL);
    pthread_join(other, NULL);
}

static void *read_one(void *arg)
{
    char c = 0;
    tid[0] = my_tid();
    return read(wake[0], &c, 1) == 1 && c == 'x' ? arg : NULL;
}

Test(stop, an_interrupted_call_goes_on, .timeout = 60)
{
    pthread_t thread;
    void *result;
    cr_assert_eq(pipe(wake), 0);
    lgc_stop_init();
    pthread_create(&thread, NULL, read_one, wake);
    while (tid[0] == 0)
        sched_yield();
    for (int i = 0; i < 50; i++) {
        lgc_stop_world(LONG_NS);
        lgc_stop_resume();
    }
    cr_assert_eq(write(wake[1], "x", 1), 1);
    pthread_join(thread, &result);
    cr_expect_not_null(result);
}

static volatile int round_of_stop;

/* Whoever is not stopped is still there when the stop is looked at. */
static void *live_through_a_stop(void *arg)
{
    int now = round_of_stop;
    while (!end && round_of_stop == now)
        sched_yield();
    return arg;
}

static void *make_threads(void *arg)
{
    while (!end) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, live_through_a_stop, NULL) == 0)
            pthread_detach(thread);
        counter[0] = counter[0] + 1;
    }
    return arg;
}

/* Asleep is right as well: glibc blocks all signals while it makes or ends a
 * thread, and may then wait for a lock that a stopped thread holds. */
static void look_for_unstopped(int task, void *arg)
{
    unsigned state = state_of(task);
    if (task != my_tid() && state != LGC_STOP_STOPPED && state != LGC_STOP_GONE &&
        state != LGC_STOP_ASLEEP)
        ++*(int *)arg;
}

Test(stop, while_threads_come_and_go, .timeout = 120)
{
    pthread_t thread[2];
    int missed = 0;
    lgc_stop_init();
    for (int i = 0; i < 2; i++)
        pthread_create(&thread[i], NULL, make_threads, NULL);
    for (int round = 0; round < 100; round++) {
        unsigned long before = counter[0];
        while (counter[0] < before + 5)
            sched_yield();
        lgc_stop_world(LONG_NS);
        lgc_task_each(look_for_unstopped, &missed);
        lgc_stop_resume();
        round_of_stop = round + 1;
    }
    end = 1;
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    cr_expect_eq(missed, 0);
}

static void *stop_without_the_first(void *arg)
{
    while (!lgc_task_ended(getpid()))
        sched_yield();
    lgc_stop_world(LONG_NS);
    unsigned state = state_of(getpid());
    lgc_stop_resume();
    _exit(state == LGC_STOP_GONE ? 0 : 1);
    return arg;
}

Test(stop, a_first_thread_that_has_ended, .timeout = 60)
{
    int status;
    lgc_stop_init();
    pid_t pid = fork();
    if (pid == 0) {
        pthread_t thread;
        pthread_create(&thread, NULL, stop_without_the_first, NULL);
        syscall(SYS_exit, 0);
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect_eq(status, 0);
}

Test(stop, the_caller_described)
{
    uintptr_t sp, registers[6] = { 11, 12, 13, 14, 15, 16 };
    char alternate[65536];
    stack_t alt = { .ss_sp = alternate, .ss_size = sizeof alternate };
    struct lgc_stopped s;
    LGC_STOP_SPILL(sp);
    lgc_stop_here(&s, sp, NULL);
    cr_expect_eq(s.alt_hi, 0);
    cr_expect_eq(s.registers[0], 0);
    sigaltstack(&alt, NULL);
    lgc_stop_here(&s, sp, registers);
    cr_expect_eq(s.tid, my_tid());
    cr_expect_eq(s.state, LGC_STOP_STOPPED);
    cr_expect_eq(s.sp, sp);
    cr_expect_leq(sp, (uintptr_t)&sp);
    cr_expect_eq(s.tp, (uintptr_t)pthread_self());
    cr_expect_eq(s.alt_lo, (uintptr_t)alternate);
    cr_expect_eq(s.alt_hi, (uintptr_t)alternate + sizeof alternate);
    cr_expect_eq(memcmp(s.registers, registers, sizeof registers), 0);
    lgc_stop_here(&s, sp, NULL);
    cr_expect_null(s.thread);
    struct lgc_thread *me = lgc_thread_self();
    lgc_stop_here(&s, sp, NULL);
    cr_expect_eq(s.thread, me);
}

static struct lgc_stopped interrupted;
static bool vector_seen;

static void handler(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    (void)info;
    lgc_stop_interrupted(&interrupted, context);
    vector_seen = interrupted.vector_hi - interrupted.vector_lo >= 512;
}

Test(stop, code_that_a_signal_interrupted)
{
    struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
    sigaction(SIGUSR1, &sa, NULL);
    raise(SIGUSR1);
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    cr_expect_eq(interrupted.tid, my_tid());
    cr_expect_eq(interrupted.state, LGC_STOP_STOPPED);
    cr_expect_leq(interrupted.sp, here);
    cr_expect_gt(interrupted.sp, here - 65536);
    cr_expect_eq(interrupted.registers[REG_RSP], interrupted.sp);
    cr_expect(vector_seen);
}

Test(stop, its_signals)
{
    struct sigaction sa;
    cr_expect_neq(lgc_stop_signal(), lgc_stop_spare_signal());
    lgc_stop_init();
    sigaction(lgc_stop_signal(), NULL, &sa);
    cr_expect((sa.sa_flags & SA_RESTART) && (sa.sa_flags & SA_ONSTACK) && sa.sa_handler != SIG_DFL);
    raise(lgc_stop_signal()); /* somebody else's: nothing happens */
    start_heap(false);
    lgc_stop_restore();
    sigaction(lgc_stop_signal(), NULL, &sa);
    cr_expect_eq(sa.sa_handler, SIG_DFL);
    sigaction(lgc_stop_spare_signal(), NULL, &sa);
    cr_expect_eq(sa.sa_handler, SIG_DFL);
}

Test(stop, the_signal_is_unblocked_at_the_start, .timeout = 60)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    lgc_stop_init();
    pthread_sigmask(SIG_SETMASK, NULL, &all);
    cr_expect_not(sigismember(&all, lgc_stop_signal()));
    cr_expect(sigismember(&all, SIGTERM), "the others are the program's");
}
