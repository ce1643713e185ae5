/* SPDX-License-Identifier: MIT
 * test_lock.c: base/lock lets one thread in at a time and forgets no sleeper. */
#include <atomic_ops.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "base/lock.h"
#include "base/mem.h"
#include "heap/block.h"
#include "capture/site.h"
#include "world/module.h"
#include "world/region.h"
#include "world/thread.h"

enum { THREADS = 4, ROUNDS = 100000 };

static struct lgc_lock lock = LGC_LOCK_INIT(LGC_RANK_HEAP);
static volatile unsigned long counter;
static volatile unsigned inside, crowd;

static void *count_up(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        lgc_lock(&lock);
        crowd |= inside;
        inside = 1;
        counter = counter + 1; /* a load and a store */
        if (i % 1000 == 0)
            sched_yield();
        inside = 0;
        lgc_unlock(&lock);
    }
    return NULL;
}

Test(lock, one_at_a_time, .timeout = 120)
{
    pthread_t thread[THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, count_up, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    cr_expect_eq(counter, THREADS * ROUNDS);
    cr_expect_eq(crowd, 0);
    cr_expect_eq(lock.state, 0);
}

static volatile unsigned passed;

static void *pass_once(void *arg)
{
    errno = 77;
    lgc_lock(&lock);
    AO_fetch_and_add1((AO_t *)arg);
    passed = errno;
    lgc_unlock(&lock);
    return NULL;
}

Test(lock, sleepers_wait_and_all_come_through, .timeout = 120)
{
    static AO_t through;
    pthread_t thread[THREADS];
    lgc_lock(&lock);
    cr_expect_eq(lock.state, 1);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, pass_once, &through);
    while (AO_int_load(&lock.state) != 2)
        sched_yield();
    for (int i = 0; i < 100; i++)
        sched_yield();
    cr_expect_eq(AO_load(&through), 0, "nobody passes a lock that is held");
    lgc_unlock(&lock);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    cr_expect_eq(AO_load(&through), THREADS);
    cr_expect_eq(passed, 77, "errno is the caller's");
}

Test(lock, a_reset_lock_is_free, .timeout = 60)
{
    lgc_lock(&lock);
    lgc_lock_reset(&lock);
    cr_expect_eq(lock.state, 0);
    lgc_lock(&lock);
    lgc_unlock(&lock);
    cr_expect_eq(lock.rank, LGC_RANK_HEAP, "it keeps its rank");
}

Test(lock, to_fork_in_a_handler_what_it_interrupted_holds_nothing_up, .timeout = 60)
{
    lgc_lock(&lock);
    lgc_lock_borrow(true);
    lgc_lock(&lock);
    lgc_unlock(&lock);
    lgc_lock_borrow(false);
    cr_expect_neq(lock.state, 0, "the interrupted work has it still");
    lgc_unlock(&lock);
    cr_expect_eq(lock.state, 0);
}

Test(lock, in_the_child_the_interrupted_work_has_it_still, .timeout = 60)
{
    lgc_lock(&lock);
    lgc_lock_borrow(true);
    lgc_lock(&lock);
    lgc_lock_reset(&lock);
    lgc_lock_borrow(false);
    cr_expect_neq(lock.state, 0);
    lgc_unlock(&lock);
    cr_expect_eq(lock.state, 0);
}

static struct lgc_lock later = LGC_LOCK_INIT(LGC_RANK_MEM);
static volatile unsigned waiting;

static void *wait_for_later(void *unused)
{
    lgc_lock(&lock);
    waiting = 1;
    lgc_lock(&later);
    return unused;
}

static void *end_waits_for_this(void *unused)
{
    lgc_lock_awaited();
    waiting++;
    lgc_lock(&later);
    lgc_unlock(&later);
    lgc_lock(&lock);
    lgc_unlock(&lock);
    return unused;
}

static void until_waiting(unsigned n, const struct lgc_lock *of)
{
    while (waiting < n || AO_int_load(&of->state) != 2)
        sched_yield();
}

/* One thread has `lock` and waits for `later`, which this thread has and never
 * gives back; the helper, for which this thread waits, wants both. */
Test(lock, who_ends_the_process_and_whom_it_waits_for_pass_all, .timeout = 60)
{
    pthread_t stuck, helper;
    lgc_lock(&later);
    pthread_create(&stuck, NULL, wait_for_later, NULL);
    until_waiting(1, &later);
    pthread_create(&helper, NULL, end_waits_for_this, NULL);
    until_waiting(2, &later);
    lgc_lock_no_return();
    pthread_join(helper, NULL);
    lgc_lock(&lock);
    lgc_unlock(&lock);
    lgc_lock(&later);
    lgc_unlock(&later);
    cr_expect_eq(later.state, 2, "nobody else passes");
}

Test(lock, every_lock_has_its_rank)
{
    const struct lgc_lock *const in_order[] = { &lgc_module_lock, &lgc_thread_lock,
        &lgc_region_lock, &lgc_site_lock, &lgc_block_lock, &lgc_mem_lock };
    for (unsigned i = 0; i < 6; i++)
        cr_expect_eq(in_order[i]->rank, LGC_RANK_MODULE + i, "lock %u", i);
}
