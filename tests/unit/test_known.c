/* SPDX-License-Identifier: MIT
 * test_known.c: capture/digest tells stacks apart, capture/known remembers their sites by it. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "capture/digest.h"
#include "capture/known.h"
#include "core.h"

static lgc_digest digest_of(const uintptr_t *pc, unsigned n)
{
    lgc_digest d = 0;
    while (n-- > 0)
        d = lgc_digest_add(d, n, pc[n]);
    return d;
}

Test(known, digests_tell_paths_apart)
{
    uintptr_t a[] = { 1, 2, 3 }, b[] = { 1, 3, 2 }, c[] = { 2, 3 };
    lgc_digest_start();
    cr_expect(digest_of(a, 3) == digest_of(a, 3));
    cr_expect(digest_of(a, 3) != digest_of(b, 3), "the order matters");
    cr_expect(digest_of(a, 3) != digest_of(a, 2), "the depth matters");
    cr_expect(digest_of(a + 1, 2) == digest_of(c, 2));
    for (unsigned i = 0; i < LGC_DIGEST_FRAMES; i++)
        for (unsigned k = 0; k < i; k++)
            if (lgc_digest_key[i] == lgc_digest_key[k] || lgc_digest_key[i] == 0)
                cr_assert_fail("keys %u and %u", i, k);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Frames of neighbouring addresses, as calls in one function have. */
Test(known, the_upper_halves_of_a_million_paths_differ)
{
    enum { N = 1 << 20 };
    static uint64_t upper[N];
    lgc_digest_start();
    for (uintptr_t i = 0; i < N; i++) {
        uintptr_t pc[20];
        for (unsigned k = 0; k < 20; k++)
            pc[k] = 0x555555554000 + 5 * (i >> k & 1) + 16 * k;
        upper[i] = lgc_known_upper(digest_of(pc, 20));
    }
    qsort(upper, N, sizeof *upper, by_value);
    for (int i = 1; i < N; i++)
        if (upper[i] == upper[i - 1])
            cr_assert_fail("%d", i);
}

static lgc_digest number(uintptr_t i) { return digest_of(&i, 1); }

static unsigned held(unsigned n)
{
    unsigned found = 0;
    for (unsigned i = 1; i <= n; i++) {
        uint32_t site = lgc_known_find(number(i));
        if (site != 0 && site != i)
            cr_assert_fail("%u is known as %u", i, site);
        found += site != 0;
    }
    return found;
}

Test(known, what_is_put_is_found)
{
    lgc_digest_start();
    cr_expect_eq(lgc_known_find(number(1)), 0, "nothing is known");
    for (unsigned i = 1; i <= 100000; i++)
        lgc_known_put(number(i), i, i);
    cr_expect_geq(held(100000), 97000, "of full buckets one in a hundred, until it comes again");
    cr_expect_eq(lgc_known_find(number(100001)), 0);
    lgc_known_put(number(7), 8, 100000);
    cr_expect_eq(lgc_known_find(number(7)), 8, "the newest holds");
    lgc_known_forget_all();
    cr_expect_eq(held(100000), 0);
    lgc_known_put(number(7), 7, 100000);
    cr_expect_eq(lgc_known_find(number(7)), 7);
}

Test(known, it_is_bounded_by_the_stacks)
{
    lgc_digest_start();
    for (unsigned i = 1; i <= 100000; i++)
        lgc_known_put(number(i), i, 1000); /* as many, but folded into a thousand */
    const struct lgc_known_table *t = (const void *)lgc_known_table;
    cr_expect_leq(t->used, 4000);
    cr_expect_gt(held(100000), 500);
    cr_expect_eq(lgc_known_find(number(100000)), 100000, "others are evicted");
}

Test(known, without_keys_or_memory)
{
    lgc_known_put(1, 1, 1);
    cr_expect_eq(lgc_known_find(1), 0, "no keys: all digests would be equal");
    lgc_digest_start();
    lgc_mem_fail_after(1);
    lgc_known_put(number(1), 1, 1000);
    cr_expect_eq(lgc_known_find(number(1)), 0);
    lgc_mem_fail_after(0);
    lgc_known_put(number(1), 1, 1000);
    cr_expect_eq(lgc_known_find(number(1)), 1);
    lgc_mem_fail_after(1);
    for (unsigned i = 1; i <= 1000; i++)
        lgc_known_put(number(i), i, i);
    cr_expect_gt(held(1000), 50, "a table that cannot grow evicts");
}

static volatile bool stop;

static void *read_all(void *arg)
{
    (void)arg;
    while (!stop)
        held(5000);
    return NULL;
}

Test(known, readers_never_see_another_ones_site, .timeout = 120)
{
    pthread_t thread[2];
    lgc_digest_start();
    for (int t = 0; t < 2; t++)
        pthread_create(&thread[t], NULL, read_all, NULL);
    for (int round = 0; round < 20; round++) {
        for (unsigned i = 1; i <= 5000; i++)
            lgc_known_put(number(i), i, round % 2 ? 500 : 5000);
        if (round % 5 == 4)
            lgc_known_forget_all();
    }
    stop = true;
    for (int t = 0; t < 2; t++)
        pthread_join(thread[t], NULL);
}
