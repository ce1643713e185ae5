/* SPDX-License-Identifier: MIT
 * test_thread.c: world/thread numbers the threads and knows where their stacks and TLS lie. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <errno.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "core.h"

static __thread int variable_of_thread;

static void *run(void *(*work)(void *), void *arg)
{
    pthread_t thread;
    void *result = NULL;
    if (pthread_create(&thread, NULL, work, arg) == 0)
        pthread_join(thread, &result);
    return result;
}

static void *register_self(void *arg)
{
    (void)arg;
    return lgc_thread_known() == NULL ? lgc_thread_self() : NULL;
}

Test(thread, ids_in_the_order_of_registration)
{
    cr_expect_null(lgc_thread_known());
    cr_expect_eq(lgc_thread_count(), 0);
    struct lgc_thread *first = lgc_thread_self();
    cr_expect_eq(first->id, 1);
    cr_expect_eq(first->tid, (unsigned)getpid());
    cr_expect(first->is_main && first->alive);
    cr_expect_eq(lgc_thread_self(), first);
    cr_expect_eq(lgc_thread_known(), first);
    for (unsigned id = 2; id < 300; id++) {
        struct lgc_thread *t = run(register_self, NULL);
        cr_assert_not_null(t);
        cr_expect_eq(t->id, id);
        cr_expect_not(t->is_main);
        cr_expect_eq(lgc_thread_at(id), t);
        cr_expect_eq(lgc_thread_count(), id);
    }
    cr_expect_eq(lgc_thread_at(0)->id, LGC_THREAD_MAX);
    cr_expect_eq(lgc_thread_at(300)->id, LGC_THREAD_MAX);
}

Test(thread, without_memory_it_is_one_of_the_others)
{
    lgc_mem_fail_after(1);
    cr_expect_eq(lgc_thread_self()->id, LGC_THREAD_MAX);
    cr_expect_eq(lgc_thread_count(), 0);
    lgc_thread_end();
    cr_expect_eq(lgc_thread_self()->tag[0], '\0');
}

static void *bounds(void *arg)
{
    struct lgc_thread *t = lgc_thread_self();
    uintptr_t here = (uintptr_t)&t, tp = lgc_thread_pointer(), end = tp + lgc_thread_tcb_size();
    pthread_attr_t attr;
    void *lo;
    size_t size;
    if (tp != (uintptr_t)pthread_self())
        return NULL;
    if (pthread_getattr_np(pthread_self(), &attr) != 0 || pthread_attr_getstack(&attr, &lo, &size) != 0)
        return NULL;
    pthread_attr_destroy(&attr);
    if (t->stack_lo != (uintptr_t)lo || t->stack_hi != (uintptr_t)lo + size || here < t->stack_lo)
        return NULL;
    /* glibc aligns the control block at the top of the stack to 64. */
    return end <= t->stack_hi && t->stack_hi - end < 64 ? arg : NULL;
}

Test(thread, the_stack_ends_with_the_control_block)
{
    cr_expect_not_null(run(bounds, &errno));
    lgc_thread_self();
    cr_expect_eq(lgc_thread_known()->stack_hi, 0, "of the first thread only the kernel knows");
}

static bool in_tls(const void *p)
{
    uintptr_t tp = lgc_thread_pointer(), a = (uintptr_t)p;
    return a < tp && tp - a <= lgc_thread_tls_size();
}

static void *has_tls(void *arg) { return in_tls(&variable_of_thread) && in_tls(&errno) ? arg : NULL; }

Test(thread, static_tls_lies_below_the_pointer)
{
    lgc_thread_self();
    cr_expect_not_null(has_tls(&variable_of_thread));
    cr_expect_not_null(run(has_tls, &variable_of_thread));
    cr_expect_gt(lgc_thread_tcb_size(), 1000);
    cr_expect_lt(lgc_thread_tls_size(), 65536, "not the whole stack");
}

static void *live_and_end(void *arg)
{
    struct lgc_thread *t;
    prctl(PR_SET_NAME, "before");
    t = lgc_thread_self();
    if (strcmp(t->name, "before") != 0 || t->tid != (unsigned)syscall(SYS_gettid))
        return NULL;
    prctl(PR_SET_NAME, arg);
    lgc_thread_end();
    return t;
}

Test(thread, its_last_name_is_kept)
{
    static char name[] = "after";
    lgc_thread_end(); /* never registered: nothing to do */
    struct lgc_thread *t = run(live_and_end, name);
    cr_assert_not_null(t);
    cr_expect_str_eq(t->name, "after");
    cr_expect_not(t->alive);
}

static void add(uintptr_t tcb, void *arg) { *(uintptr_t *)arg += tcb; }

static void joinable_made(pthread_t handle)
{
    lgc_thread_joinable(&(struct lgc_thread_joinable){ .handle = handle, .site = 7, .time = 8 });
}

static uintptr_t joinable(void)
{
    uintptr_t sum = 0;
    lgc_thread_each_joinable(add, &sum);
    return sum;
}

Test(thread, those_that_may_be_joined)
{
    cr_expect_eq(joinable(), 0);
    joinable_made(100);
    joinable_made(20);
    joinable_made(3);
    cr_expect_eq(joinable(), 123);
    joinable_made(20);
    cr_expect_eq(joinable(), 123, "a control block that is used again");
    lgc_thread_joined(100);
    cr_expect_eq(joinable(), 123, "nobody has waited for this one: it is another thread");
    lgc_thread_joining(100, true);
    cr_expect_eq(joinable(), 123, "what it returns is a root until it is handed over");
    lgc_thread_joined(100);
    cr_expect_eq(joinable(), 23);
    lgc_thread_joining(100, true);
    lgc_thread_joined(100);
    lgc_thread_detached(3);
    lgc_thread_joining(20, true);
    lgc_thread_joining(20, false);
    lgc_thread_joined(20);
    cr_expect_eq(joinable(), 20, "whoever waited has given up");
    lgc_thread_detached(20);
    cr_expect_eq(joinable(), 0);
    uintptr_t sum = 0;
    for (uintptr_t i = 1; i <= 2000; i++) {
        joinable_made(i);
        sum += i;
    }
    cr_expect_eq(joinable(), sum);
}

static void note_ended(const struct lgc_thread_joinable *ended, const struct lgc_thread *t, void *arg)
{
    struct lgc_thread_joinable *seen = arg;
    cr_expect_eq(seen->handle, 0, "only one");
    *seen = *ended;
    cr_assert_not_null(t);
    cr_expect_str_eq(t->name, "ended");
}

static bool task_exists(unsigned tid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%u", tid);
    return access(path, F_OK) == 0;
}

Test(thread, those_that_ended_and_nobody_waits_for, .timeout = 60)
{
    static char name[] = "ended";
    struct lgc_thread_joinable seen = { .handle = 0 };
    pthread_t thread;
    lgc_thread_self();
    joinable_made(pthread_self()); /* it runs */
    pthread_create(&thread, NULL, live_and_end, name);
    joinable_made(thread);
    while (lgc_thread_count() < 2 || lgc_thread_at(2)->alive || task_exists(lgc_thread_at(2)->tid))
        usleep(1000);
    lgc_thread_each_ended(5, note_ended, &seen);
    cr_expect(seen.handle == thread && seen.site == 7 && seen.time == 8 && seen.ended_check == 5);
    seen.handle = 0;
    lgc_thread_each_ended(6, note_ended, &seen);
    cr_expect(seen.handle == thread && seen.ended_check == 5, "the first that saw it");
    lgc_thread_joining(thread, true);
    seen.handle = 0;
    lgc_thread_each_ended(7, note_ended, &seen);
    cr_expect_eq(seen.handle, 0);
    pthread_join(thread, NULL);
}

static void note_unknown(const struct lgc_thread_joinable *ended, const struct lgc_thread *t, void *arg)
{
    *(unsigned *)arg += ended->before > 0 && t == NULL;
}

Test(thread, one_that_had_the_control_block_before_is_another, .timeout = 60)
{
    static char name[] = "ended";
    unsigned unknown = 0;
    pthread_t thread;
    lgc_thread_self();
    pthread_create(&thread, NULL, live_and_end, name);
    while (lgc_thread_count() < 2 || lgc_thread_at(2)->alive || task_exists(lgc_thread_at(2)->tid))
        usleep(1000);
    lgc_thread_joinable(&(struct lgc_thread_joinable){ .handle = thread, .before = lgc_thread_count() });
    lgc_thread_each_ended(5, note_unknown, &unknown);
    cr_expect_eq(unknown, 1);
    pthread_join(thread, NULL);
}

Test(thread, a_control_block_that_is_gone_is_not_read)
{
    struct lgc_thread_joinable seen = { .handle = 0 };
    lgc_thread_self();
    joinable_made(4096);
    lgc_thread_each_ended(1, note_ended, &seen);
    cr_expect_eq(seen.handle, 0);
}

static pthread_barrier_t registered;

static void *stay(void *arg)
{
    lgc_thread_self();
    pthread_barrier_wait(&registered);
    pause();
    return arg;
}

static int child(void)
{
    lgc_thread_fork_child();
    const struct lgc_thread *me = lgc_thread_self(), *ended = lgc_thread_at(2), *other = lgc_thread_at(3);
    if (!me->alive || me->left_behind || me->id != 1 || me->tid != (unsigned)getpid())
        return 1;
    if (ended->left_behind || ended->alive)
        return 2;
    if (!other->left_behind || other->alive || other->stack_hi == 0)
        return 3;
    return joinable() == 0 ? 0 : 4;
}

Test(thread, in_the_child_of_a_fork_the_others_are_left_behind)
{
    static char name[] = "ended";
    pthread_t thread;
    int status;
    lgc_thread_self();
    cr_assert_not_null(run(live_and_end, name));
    pthread_barrier_init(&registered, NULL, 2);
    pthread_create(&thread, NULL, stay, NULL);
    joinable_made(thread);
    pthread_barrier_wait(&registered);
    cr_expect(lgc_thread_at(3)->alive);
    pid_t pid = fork();
    if (pid == 0)
        _exit(child());
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect_eq(status, 0);
}

static void *register_at_once(void *arg)
{
    pthread_barrier_wait(&registered);
    ((uint16_t *)arg)[0] = lgc_thread_self()->id;
    return NULL;
}

Test(thread, no_two_have_one_id)
{
    enum { N = 8 };
    uint16_t id[N];
    pthread_t thread[N];
    unsigned seen = 0;
    pthread_barrier_init(&registered, NULL, N);
    for (int i = 0; i < N; i++)
        pthread_create(&thread[i], NULL, register_at_once, &id[i]);
    for (int i = 0; i < N; i++) {
        pthread_join(thread[i], NULL);
        seen |= 1u << id[i];
    }
    cr_expect_eq(seen, ((1u << N) - 1) << 1);
    cr_expect_eq(lgc_thread_count(), N);
}
