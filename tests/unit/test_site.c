/* SPDX-License-Identifier: MIT
 * test_site.c: capture/site gives each distinct stack one number, for ever. */
#include <criterion/criterion.h>
#include <pthread.h>

#include "base/mem.h"
#include "core.h"

/* The i-th of many different stacks of 1 to 20 frames. */
static unsigned stack(uintptr_t i, uintptr_t pc[20])
{
    uint64_t state = i;
    unsigned n = 1 + (unsigned)(i % 20);
    for (unsigned f = 0; f < n; f++)
        pc[f] = 0x400000 + chance(&state) % 1000000;
    pc[n - 1] = i;
    return n;
}

static uint32_t intern(uintptr_t i)
{
    uintptr_t pc[20];
    unsigned n = stack(i, pc);
    return lgc_site_intern(pc, n, i);
}

Test(site, one_stack_is_one_number)
{
    uintptr_t a[] = { 1, 2, 3 }, b[] = { 1, 2, 4 };
    lgc_site_init(100, SIZE_MAX);
    cr_expect_eq(lgc_site_limit(), 0);
    cr_expect_null(lgc_site_at(0));
    cr_expect_null(lgc_site_at(1));
    uint32_t first = lgc_site_intern(a, 3, 5), second = lgc_site_intern(b, 3, 0);
    cr_expect_neq(first, 0);
    cr_expect_neq(second, 0);
    cr_expect_neq(first, second);
    uint32_t part = lgc_site_intern(a, 2, 0);
    cr_expect(part != 0 && part != first && part != second, "a part of it is another");
    cr_expect_eq(lgc_site_intern(b, 2, 0), part);
    cr_expect_eq(lgc_site_intern(a, 0, 0), 0, "no frames are no stack");
    cr_expect_eq(lgc_site_intern(a, 3, 5), first);
    cr_expect_neq(lgc_site_intern(a, 3, 0), first, "what is no return address is another frame");
    const struct lgc_site *s = lgc_site_at(first);
    a[0] = 9;
    cr_assert_not_null(s);
    cr_expect_eq(s->stack.id, first);
    cr_expect_eq(s->stack.depth, 3);
    cr_expect_eq((uintptr_t)s->stack.pc[0], 1, "a copy");
    cr_expect_eq((uintptr_t)s->stack.pc[2], 3);
    cr_expect_eq(s->exact, 5);
    cr_expect_eq(s->shortened, 0);
    cr_expect_eq(s->generation, lgc_module_generation());
    cr_expect_eq(lgc_site_at(first), s, "made once");
    cr_expect_null(lgc_site_at(lgc_site_limit() + 1));
    cr_expect_eq(lgc_site_refused(), 0);
}

Test(site, callers_alone_are_no_stack_until_one_ends_there)
{
    uintptr_t a[] = { 1, 2, 3 };
    lgc_site_init(100, SIZE_MAX);
    lgc_site_intern(a, 3, 0);
    for (uint32_t id = 1; id < lgc_site_limit(); id++)
        cr_expect_null(lgc_site_at(id));
    uint32_t caller = lgc_site_intern(a + 1, 2, 0);
    cr_expect_lt(caller, lgc_site_limit(), "the same frames");
    cr_expect_eq(lgc_site_at(caller)->stack.depth, 2);
}

Test(site, the_generation_is_that_of_the_first_time)
{
    lgc_site_init(10, SIZE_MAX);
    lgc_module_refresh();
    cr_expect_eq(lgc_site_at(intern(1))->generation, 1);
}

static bool kept(uint32_t id, uintptr_t i)
{
    uintptr_t pc[20];
    unsigned n = stack(i, pc);
    const struct lgc_site *s = lgc_site_at(id);
    uint64_t exact = i & (((uint64_t)1 << n) - 1);
    return s != NULL && s->stack.depth == n && s->exact == exact && memcmp(s->stack.pc, pc, n * sizeof *pc) == 0;
}

Test(site, growth_changes_nothing)
{
    enum { N = 50000 };
    static uint32_t id[N + 1];
    lgc_site_init(4 * N, SIZE_MAX);
    const struct lgc_site *first = lgc_site_at(intern(1));
    for (uint32_t i = 1; i <= N; i++)
        if ((id[i] = intern(i)) == 0)
            cr_assert_fail("stack %u", i);
    for (uint32_t i = 1; i <= N; i++)
        if (intern(i) != id[i] || !kept(id[i], i))
            cr_assert_fail("stack %u afterwards", i);
    cr_expect_eq(lgc_site_at(id[1]), first, "what was made never moves");
}

/* Stacks of ten frames of which the innermost four are often the same. */
static uint32_t intern_deep(uintptr_t i)
{
    uintptr_t pc[10] = { 1, 2, 3, 4 + i % 2, 5, 6, 7, 8, 9, 1000 + i };
    return lgc_site_intern(pc, 10, 0);
}

Test(site, a_full_table_keeps_the_innermost_frames)
{
    uint32_t id[10];
    lgc_site_init(10, SIZE_MAX);
    for (uintptr_t i = 0; i < 10; i++)
        id[i] = intern_deep(i);
    cr_assert_eq(lgc_site_refused(), 2, "ten stacks have more than eighty frames");
    for (uintptr_t i = 0; i < 8; i++) {
        cr_expect_eq(lgc_site_at(id[i])->stack.depth, 10);
        cr_expect_eq(intern_deep(i), id[i], "what is there is found");
    }
    cr_expect_eq(lgc_site_refused(), 2);
    for (uintptr_t i = 8; i < 10; i++) {
        const struct lgc_site *s = lgc_site_at(id[i]);
        cr_assert_not_null(s);
        cr_expect_eq(s->stack.depth, LGC_SITE_SHORT);
        cr_expect_eq((uintptr_t)s->stack.pc[3], 4 + i % 2);
        cr_expect_eq(s->shortened, 1);
    }
    for (uintptr_t i = 10; i < 1000; i++)
        cr_assert_eq(intern_deep(i), id[8 + i % 2]);
    cr_expect_eq(lgc_site_refused(), 992);
    for (uintptr_t i = 0; i < 1000; i++)
        lgc_site_intern(&i, 1, 0);
    uint32_t limit = lgc_site_limit();
    for (uintptr_t i = 1000; i < 2000; i++)
        cr_expect_eq(lgc_site_intern(&i, 1, 0), 0, "nor room for shortened ones");
    cr_expect_eq(lgc_site_limit(), limit);
    cr_expect_leq(limit, 80 + 18);
}

Test(site, without_a_table_or_memory)
{
    cr_expect_eq(intern(1), 0, "not begun");
    cr_expect_eq(lgc_site_refused(), 1);
    lgc_site_init(100000, SIZE_MAX);
    static uint32_t id[100000];
    uint32_t i = 0;
    lgc_mem_fail_after(1);
    while ((id[i + 1] = intern(i + 1)) != 0)
        i++;
    cr_expect_gt(i, 0, "some need none");
    for (uint32_t k = 1; k <= i; k++)
        cr_assert_eq(intern(k), id[k], "found in a table that cannot grow");
    lgc_mem_fail_after(0);
    for (uint32_t k = i + 1; k < i + 10000; k++)
        cr_assert_neq(intern(k), 0);
}

Test(site, a_stack_through_unloaded_code_is_another_when_it_comes_again)
{
    uintptr_t in[] = { 100, 5000, 300 }, out[] = { 100, 6000, 300 }, edge[] = { 4000 };
    lgc_site_init(100, SIZE_MAX);
    uint32_t a = lgc_site_intern(in, 3, 0), b = lgc_site_intern(out, 3, 0), c = lgc_site_intern(edge, 1, 0);
    lgc_path_close(4000, 6000);
    cr_expect_eq(lgc_site_intern(out, 3, 0), b, "its end is no part of it");
    uint32_t again = lgc_site_intern(in, 3, 0);
    cr_expect_neq(again, a);
    cr_expect_eq(lgc_site_intern(in, 3, 0), again);
    cr_expect_neq(lgc_site_intern(edge, 1, 0), c);
    cr_expect_eq((uintptr_t)lgc_site_at(a)->stack.pc[1], 5000, "the old one can be read");
    lgc_path_close(4000, 6000);
    cr_expect_neq(lgc_site_intern(in, 3, 0), again);
    for (uintptr_t i = 10000; i < 60000; i++) /* the index grows */
        lgc_site_intern(&i, 1, 0);
    cr_expect_neq(lgc_site_intern(in, 3, 0), a);
    cr_expect_neq(lgc_site_intern(in, 3, 0), again);
}

enum { THREADS = 4, STACKS = 20000 };
static uint32_t id[THREADS][STACKS];

static void *intern_all(void *arg)
{
    uintptr_t t = (uintptr_t)arg;
    for (uintptr_t k = 0; k < STACKS; k++) { /* half of them from the other end */
        uintptr_t i = t % 2 ? STACKS - 1 - k : k;
        id[t][i] = intern(i + 1);
    }
    return NULL;
}

Test(site, threads_agree, .timeout = 120)
{
    pthread_t thread[THREADS];
    lgc_site_init(4 * STACKS, SIZE_MAX);
    for (uintptr_t t = 0; t < THREADS; t++)
        pthread_create(&thread[t], NULL, intern_all, (void *)t);
    for (int t = 0; t < THREADS; t++)
        pthread_join(thread[t], NULL);
    for (int i = 0; i < STACKS; i++)
        for (int t = 0; t < THREADS; t++)
            if (id[t][i] == 0 || id[t][i] != id[0][i] || !kept(id[t][i], (uintptr_t)i + 1))
                cr_assert_fail("stack %d of thread %d", i, t);
}
