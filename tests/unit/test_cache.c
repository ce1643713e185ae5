/* SPDX-License-Identifier: MIT
 * test_cache.c: heap/cache gives each object to one thread, takes all back at its end, and counts. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"
#include "heap/cache.h"
#include "heap/pagemap.h"

enum { CLASS = 4, MANY = 3000 };

/* Objects of the class that no block holds: in a bin, or somebody's. */
static size_t outside(unsigned class)
{
    size_t n = 0;
    for (struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all)
        if (b->class == class)
            n += b->count - b->nfree;
    return n;
}

static void *run_in_thread(void *(*work)(void *), void *arg)
{
    pthread_t thread;
    void *result = NULL;
    if (pthread_create(&thread, NULL, work, arg) == 0)
        pthread_join(thread, &result);
    return result;
}

static unsigned met;
static void meet(void) { met++; }

static void *its_cache(void *arg)
{
    (void)arg;
    return lgc_cache_mine() == lgc_cache_mine() ? lgc_cache_mine() : NULL;
}

Test(cache, each_thread_has_one)
{
    lgc_cache_on_new_thread = meet;
    start_heap(false);
    struct lgc_cache *mine = lgc_cache_mine(), *other = run_in_thread(its_cache, NULL);
    cr_assert(mine != NULL && other != NULL);
    cr_expect_neq(mine, other);
    cr_expect_eq(lgc_cache_mine(), mine);
    cr_expect(mine->in_use);
    cr_expect_eq(met, 2, "each new one is told of once");
}

static void *use_and_retire(void *arg)
{
    struct lgc_cache *mine = lgc_cache_mine();
    static void *object[MANY];
    for (int i = 0; i < MANY; i++)
        object[i] = get_object(mine, CLASS);
    for (int i = 0; i < MANY; i++)
        put_object(mine, CLASS, object[i]);
    lgc_cache_count_alloc(mine, 100);
    lgc_cache_count_free(mine, 40);
    if (arg != NULL)
        lgc_cache_retire();
    return lgc_cache_mine() == (arg != NULL ? NULL : mine) ? mine : NULL;
}

Test(cache, a_thread_that_ends_gives_all_back)
{
    struct lgc_count allocated, freed;
    start_heap(false);
    struct lgc_cache *first = run_in_thread(use_and_retire, &allocated);
    cr_assert_not_null(first);
    cr_expect_eq(outside(CLASS), 0);
    cr_expect_not(first->in_use);
    cr_expect_eq(run_in_thread(its_cache, NULL), first, "the next one has it");
    lgc_cache_totals(&allocated, &freed);
    cr_expect_eq(allocated.bytes, 100, "its counts stay");
    cr_expect_eq(freed.bytes, 40);
}

Test(cache, one_that_does_not_retire_keeps_its_bin)
{
    start_heap(false);
    struct lgc_cache *c = run_in_thread(use_and_retire, NULL);
    cr_assert_not_null(c);
    cr_expect_gt(outside(CLASS), 0);
    cr_expect_eq(outside(CLASS), c->fill[CLASS].n);
    cr_expect_neq(run_in_thread(its_cache, NULL), c);
}

Test(cache, bins_have_a_limit)
{
    start_heap(false);
    static void *object[MANY];
    struct lgc_cache *mine = lgc_cache_mine();
    for (unsigned class = 0; class < LGC_SIZECLASS_COUNT; class++) {
        size_t most = LGC_CACHE_BYTES / lgc_sizeclass_size[class];
        most = most > LGC_CACHE_SLOTS ? LGC_CACHE_SLOTS : most < 4 ? 4 : most;
        for (int i = 0; i < 300; i++)
            cr_assert_not_null(object[i] = get_object(mine, class));
        for (int i = 0; i < 300; i++) {
            put_object(mine, class, object[i]);
            if (mine->fill[class].n > most)
                cr_assert_fail("class %u: %u objects", class, mine->fill[class].n);
        }
        cr_expect_eq(outside(class), mine->fill[class].n, "class %u: one was lost", class);
    }
}

Test(cache, after_a_full_bin_none_is_given_twice)
{
    start_heap(false);
    static uint64_t *object[MANY];
    struct lgc_cache *mine = lgc_cache_mine();
    int bad = 0;
    for (int i = 0; i < MANY; i++)
        object[i] = get_object(mine, CLASS);
    for (int i = 0; i < MANY; i++) {
        *object[i] = 0;
        put_object(mine, CLASS, object[i]);
    }
    for (int i = 0; i < MANY; i++) {
        uint64_t *p = get_object(mine, CLASS);
        bad += p == NULL || (*p)++ != 0;
    }
    cr_expect_eq(bad, 0);
}

Test(cache, the_last_one_freed_is_the_next_one)
{
    start_heap(false);
    struct lgc_cache *mine = lgc_cache_mine();
    char *a = get_object(mine, CLASS), *b = get_object(mine, CLASS);
    cr_expect_eq(b, a + lgc_sizeclass_size[CLASS], "neighbours come in order");
    put_object(mine, CLASS, a);
    put_object(mine, CLASS, b);
    cr_expect_eq(get_object(mine, CLASS), b);
    cr_expect_eq(get_object(mine, CLASS), a);
}

static void *allocate_without(void *arg)
{
    void **object = arg;
    lgc_cache_mine();
    lgc_cache_retire();
    for (int i = 0; i < 2; i++)
        object[i] = lgc_heap_alloc(lgc_sizeclass_size[CLASS], 16, false, 0, NULL);
    return lgc_cache_mine();
}

Test(cache, a_thread_works_without_one)
{
    void *object[2];
    start_heap(false);
    cr_expect_null(run_in_thread(allocate_without, object));
    cr_expect(object[0] != NULL && object[1] != NULL && object[0] != object[1]);
    cr_expect_eq(outside(CLASS), 2);
    lgc_heap_free(object[0]);
    cr_expect_eq(outside(CLASS), 2, "here it is in a bin");
}

/* As heap.c does for a thread without a cache. */
static void *get(struct lgc_cache *c)
{
    void *p = NULL;
    if (c != NULL)
        return get_object(c, CLASS);
    take_objects(CLASS, &p, 1);
    return p;
}

static void put(struct lgc_cache *c, void *p)
{
    if (c != NULL)
        put_object(c, CLASS, p);
    else
        give_objects(&p, 1);
}

Test(cache, requests_are_fast_when_all_and_the_thread_say_so)
{
    start_heap(false);
    struct lgc_cache *mine = lgc_cache_mine();
    cr_expect_eq(mine->fast_end, 0, "a fresh one makes none");
    lgc_cache_set_fast_end(100);
    cr_expect_eq(mine->fast_end, 0);
    lgc_cache_set_detour(false, 7);
    cr_expect_eq(mine->fast_end, 100);
    cr_expect_eq(mine->thread, 7);
    lgc_cache_set_fast_end(0);
    cr_expect_eq(mine->fast_end, 0);
    lgc_cache_set_fast_end(200);
    cr_expect_eq(mine->fast_end, 200);
    lgc_cache_set_detour(true, 7);
    lgc_cache_set_fast_end(300);
    cr_expect_eq(mine->fast_end, 0);
    lgc_cache_set_detour(false, 7);
    cr_expect_eq(mine->fast_end, 300);
}

Test(cache, bins_can_be_kept_tiny)
{
    lgc_cache_keep(1);
    start_heap(false);
    struct lgc_cache *mine = lgc_cache_mine();
    void *a = get_object(mine, CLASS), *b = get_object(mine, CLASS);
    cr_expect(a != NULL && b != NULL && a != b);
    put_object(mine, CLASS, a);
    put_object(mine, CLASS, b);
    cr_expect_eq(mine->fill[CLASS].n, 1);
    cr_expect_eq(outside(CLASS), 1);
}

enum { THREADS = 4, ROUNDS = 20000, SHELVES = 512 };

/* A shelf holds one object; whoever finds it full takes that object away. */
static void *shelf[SHELVES];
static unsigned twice;

static void *put_on_shelves(void *arg)
{
    uint64_t state = (uintptr_t)arg;
    for (int i = 0; i < ROUNDS; i++) {
        struct lgc_cache *c = chance(&state) % 16 ? lgc_cache_mine() : NULL;
        uint64_t *p = get(c);
        if (p == NULL || __atomic_exchange_n(p, 1, __ATOMIC_ACQ_REL) == 1)
            __atomic_fetch_add(&twice, 1, __ATOMIC_RELAXED);
        lgc_cache_count_alloc(c, 7);
        p = __atomic_exchange_n(&shelf[chance(&state) % SHELVES], p, __ATOMIC_ACQ_REL);
        if (p != NULL) {
            __atomic_store_n(p, 0, __ATOMIC_RELEASE);
            put(c, p);
            lgc_cache_count_free(c, 7);
        }
    }
    lgc_cache_retire();
    return NULL;
}

Test(cache, threads_free_what_others_allocated, .timeout = 120)
{
    pthread_t thread[THREADS];
    struct lgc_count allocated, freed;
    size_t left = 0;
    start_heap(false);
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, put_on_shelves, (void *)(i + 1));
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < SHELVES; i++)
        left += shelf[i] != NULL;
    cr_expect_eq(twice, 0, "no object is given to two");
    cr_expect_eq(outside(CLASS), left, "none is lost");
    lgc_cache_totals(&allocated, &freed);
    cr_expect_eq(allocated.objects, THREADS * ROUNDS);
    cr_expect_eq(allocated.bytes, 7 * THREADS * ROUNDS);
    cr_expect_eq(freed.objects, THREADS * ROUNDS - left);
    cr_expect_eq(freed.bytes, 7 * (THREADS * ROUNDS - left));
}

static pthread_barrier_t filled;

static void *fill_and_stay(void *arg)
{
    use_and_retire(NULL);
    pthread_barrier_wait(&filled);
    pause();
    return arg;
}

static int child_takes_over(const struct lgc_cache *mine)
{
    lgc_cache_fork_child();
    if (outside(CLASS) != mine->fill[CLASS].n)
        return 1;
    if (mine->fill[CLASS].n == 0 || !mine->in_use || lgc_cache_mine() != mine)
        return 2;
    return run_in_thread(its_cache, NULL) == mine ? 3 : 0;
}

Test(cache, in_the_child_of_a_fork_the_others_bins_are_free)
{
    pthread_t thread;
    int status;
    start_heap(false);
    struct lgc_cache *mine = lgc_cache_mine();
    put_object(mine, CLASS, get_object(mine, CLASS));
    pthread_barrier_init(&filled, NULL, 2);
    pthread_create(&thread, NULL, fill_and_stay, NULL);
    pthread_barrier_wait(&filled);
    cr_expect_gt(outside(CLASS), mine->fill[CLASS].n);
    pid_t pid = fork();
    if (pid == 0)
        _exit(child_takes_over(mine));
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect_eq(status, 0);
}
