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
    lgc_site_init(100);
    cr_expect_eq(lgc_site_count(), 0);
    cr_expect_null(lgc_site_at(0));
    cr_expect_null(lgc_site_at(1));
    cr_expect_eq(lgc_site_intern(a, 3, 5), 1);
    cr_expect_eq(lgc_site_intern(b, 3, 0), 2);
    cr_expect_eq(lgc_site_intern(a, 2, 0), 3, "a part of it is another");
    cr_expect_eq(lgc_site_intern(b, 2, 0), 3);
    cr_expect_eq(lgc_site_intern(a, 0, 0), 4);
    cr_expect_eq(lgc_site_intern(b, 0, 0), 4);
    cr_expect_eq(lgc_site_intern(a, 3, 5), 1);
    cr_expect_eq(lgc_site_count(), 4);
    const struct lgc_site *s = lgc_site_at(1);
    a[0] = 9;
    cr_expect_eq(s->stack.id, 1);
    cr_expect_eq(s->stack.depth, 3);
    cr_expect_eq((uintptr_t)s->stack.pc[0], 1, "a copy");
    cr_expect_eq((uintptr_t)s->stack.pc[2], 3);
    cr_expect_eq(s->exact, 5);
    cr_expect_eq(s->generation, lgc_module_generation());
    cr_expect_null(lgc_site_at(5));
    cr_expect_eq(lgc_site_refused(), 0);
}

Test(site, the_generation_is_that_of_the_first_time)
{
    lgc_site_init(10);
    lgc_module_refresh();
    cr_expect_eq(lgc_site_at(intern(1))->generation, 1);
}

static bool kept(uint32_t id, uintptr_t i)
{
    uintptr_t pc[20];
    unsigned n = stack(i, pc);
    const struct lgc_site *s = lgc_site_at(id);
    return s != NULL && s->stack.depth == n && s->exact == i && memcmp(s->stack.pc, pc, n * sizeof *pc) == 0;
}

Test(site, growth_changes_nothing)
{
    enum { N = 50000 };
    lgc_site_init(N);
    const struct lgc_site *first = lgc_site_at(intern(1));
    for (uint32_t i = 1; i <= N; i++)
        if (intern(i) != i)
            cr_assert_fail("stack %u", i);
    for (uint32_t i = 1; i <= N; i++)
        if (intern(i) != i || !kept(i, i))
            cr_assert_fail("stack %u afterwards", i);
    cr_expect_eq(lgc_site_at(1), first, "entries never move");
    cr_expect_eq(lgc_site_count(), N);
}

Test(site, a_full_table_refuses)
{
    lgc_site_init(10);
    for (uint32_t i = 1; i <= 10; i++)
        cr_expect_eq(intern(i), i);
    for (uint32_t i = 11; i <= 15; i++)
        cr_expect_eq(intern(i), 0);
    cr_expect_eq(lgc_site_refused(), 5);
    cr_expect_eq(lgc_site_count(), 10);
    for (uint32_t i = 1; i <= 10; i++)
        cr_expect_eq(intern(i), i, "what is there is found");
    cr_expect_eq(lgc_site_refused(), 5);
}

Test(site, without_a_table_or_memory)
{
    cr_expect_eq(intern(1), 0, "not begun");
    cr_expect_eq(lgc_site_refused(), 1);
    lgc_site_init(100000);
    lgc_mem_fail_after(1);
    cr_expect_eq(intern(1), 0);
    lgc_mem_fail_after(0);
    cr_expect_eq(intern(1), 1);
    lgc_mem_fail_after(1);
    uint32_t i = 1;
    while (intern(i + 1) == i + 1)
        i++;
    cr_expect_eq(lgc_site_count(), i);
    for (uint32_t k = 1; k <= i; k++)
        cr_assert_eq(intern(k), k, "found in a table that cannot grow");
    lgc_mem_fail_after(0);
    for (uint32_t k = i + 1; k < i + 10000; k++)
        cr_assert_eq(intern(k), k);
}

Test(site, a_stack_through_unloaded_code_is_another_when_it_comes_again)
{
    uintptr_t in[] = { 100, 5000, 300 }, out[] = { 100, 6000, 300 }, edge[] = { 4000 };
    lgc_site_init(100);
    cr_expect_eq(lgc_site_intern(in, 3, 0), 1);
    cr_expect_eq(lgc_site_intern(out, 3, 0), 2);
    cr_expect_eq(lgc_site_intern(edge, 1, 0), 3);
    lgc_site_close(4000, 6000);
    cr_expect_eq(lgc_site_intern(out, 3, 0), 2, "its end is no part of it");
    cr_expect_eq(lgc_site_intern(in, 3, 0), 4);
    cr_expect_eq(lgc_site_intern(in, 3, 0), 4);
    cr_expect_eq(lgc_site_intern(edge, 1, 0), 5);
    cr_expect_eq((uintptr_t)lgc_site_at(1)->stack.pc[1], 5000, "the old one can be read");
    lgc_site_close(4000, 6000);
    cr_expect_eq(lgc_site_intern(in, 3, 0), 6);
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
    lgc_site_init(2 * STACKS);
    for (uintptr_t t = 0; t < THREADS; t++)
        pthread_create(&thread[t], NULL, intern_all, (void *)t);
    for (int t = 0; t < THREADS; t++)
        pthread_join(thread[t], NULL);
    for (int i = 0; i < STACKS; i++)
        for (int t = 0; t < THREADS; t++)
            if (id[t][i] == 0 || id[t][i] != id[0][i] || !kept(id[t][i], (uintptr_t)i + 1))
                cr_assert_fail("stack %d of thread %d", i, t);
    cr_expect_eq(lgc_site_count(), STACKS);
}
