/* SPDX-License-Identifier: MIT
 * test_mem.c: base/mem gives zeroed memory, knows what is its own, and can be told to fail. */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>

#include "base/mem.h"
#include "core.h"

enum { PAGE = 4096, CHUNK = 1 << 20 };

Test(mem, a_mapping_is_whole_zeroed_pages)
{
    static const size_t sizes[] = { 1, PAGE - 1, PAGE, PAGE + 1, 10 * PAGE + 7 };
    for (int i = 0; i < 5; i++) {
        size_t before = lgc_mem_total(), pages = (sizes[i] + PAGE - 1) / PAGE * PAGE;
        char *p = lgc_mem_map(sizes[i]);
        cr_assert_not_null(p);
        cr_expect_eq((uintptr_t)p % PAGE, 0);
        cr_expect(all_bytes(p, 0, pages), "%zu bytes", sizes[i]);
        memset(p, 1, pages);
        cr_expect_eq(lgc_mem_total(), before + pages);
        errno = 77;
        lgc_mem_unmap(p, sizes[i]);
        cr_expect_eq(errno, 77);
        cr_expect_eq(lgc_mem_total(), before);
    }
    lgc_mem_unmap(NULL, PAGE);
}

Test(mem, small_pieces_do_not_touch_each_other)
{
    enum { N = 5000 };
    static unsigned char *piece[N];
    static size_t size[N];
    uint64_t state = 1;
    for (int i = 0; i < N; i++) {
        size[i] = 1 + chance(&state) % 700;
        piece[i] = lgc_mem_alloc(size[i]);
        cr_assert_not_null(piece[i]);
        if ((uintptr_t)piece[i] % 16 != 0 || !all_bytes(piece[i], 0, size[i]))
            cr_assert_fail("piece %d is not aligned or not zero", i);
        memset(piece[i], i & 255, size[i]);
    }
    for (int i = 0; i < N; i++)
        if (!all_bytes(piece[i], (unsigned char)(i & 255), size[i]))
            cr_assert_fail("piece %d was overwritten", i);
}

Test(mem, a_large_piece_does_not_use_up_the_chunk)
{
    char *before = lgc_mem_alloc(16), *large = lgc_mem_alloc(CHUNK), *after = lgc_mem_alloc(16);
    cr_expect_eq(after, before + 16);
    cr_assert_not_null(large);
    cr_expect(all_bytes(large, 0, CHUNK));
}

Test(mem, a_table_grows_and_keeps_its_contents)
{
    size_t capacity = 0;
    uint64_t *table = NULL;
    for (size_t n = 1; n <= 20000; n++) {
        size_t was = capacity;
        table = lgc_mem_grow(table, &capacity, n, sizeof *table);
        cr_assert(table != NULL && capacity >= n);
        if (was != 0 && capacity != was && capacity != 2 * was)
            cr_assert_fail("from %zu to %zu is no doubling", was, capacity);
        table[n - 1] = n * n;
    }
    for (size_t n = 1; n <= 20000; n++)
        if (table[n - 1] != n * n)
            cr_assert_fail("entry %zu is lost", n);
    size_t total = lgc_mem_total(), now = capacity;
    cr_expect_eq(lgc_mem_grow(table, &capacity, capacity, sizeof *table), table);
    cr_expect_eq(lgc_mem_total(), total);
    lgc_mem_fail_after(1);
    cr_expect_null(lgc_mem_grow(table, &capacity, capacity + 1, sizeof *table));
    cr_expect_eq(capacity, now);
    cr_expect_eq(table[19999], 20000u * 20000u, "the old one stays");
}

Test(mem, growth_gives_the_old_table_back)
{
    size_t capacity = 0;
    char *table = lgc_mem_grow(NULL, &capacity, 1, PAGE);
    table = lgc_mem_grow(table, &capacity, 100, PAGE);
    cr_expect_eq(lgc_mem_total(), capacity * PAGE);
    lgc_mem_unmap(table, capacity * PAGE);
    cr_expect_eq(lgc_mem_total(), 0);
}

/* Made-up addresses, where nothing is mapped. */
#define PLACE ((uintptr_t)0x700000000000)
enum { CELLS = 200 };
static bool covered[CELLS];

static void cover(uintptr_t lo, uintptr_t hi, void *arg)
{
    (void)arg;
    for (uintptr_t i = 0; i < CELLS; i++)
        if (lo <= PLACE + i * PAGE && PLACE + i * PAGE < hi)
            covered[i] = true;
}

Test(mem, own_ranges_join_and_split)
{
    static bool model[CELLS];
    uint64_t state = 2;
    for (int round = 0; round < 20000; round++) {
        size_t at = chance(&state) % CELLS, n = 1 + chance(&state) % (CELLS - at < 20 ? CELLS - at : 20);
        bool on = chance(&state) % 2;
        void *p = (void *)(PLACE + at * PAGE);
        on ? lgc_mem_own(p, n * PAGE) : lgc_mem_disown(p, n * PAGE);
        memset(model + at, on, n);
        memset(covered, 0, sizeof covered);
        lgc_mem_each_own(cover, NULL);
        if (memcmp(covered, model, sizeof model) != 0)
            cr_assert_fail("round %d", round);
    }
}

static void count_range(uintptr_t lo, uintptr_t hi, void *arg)
{
    (void)lo;
    (void)hi;
    ++*(size_t *)arg;
}

Test(mem, neighbours_are_one_range)
{
    size_t n = 0;
    for (uintptr_t i = 0; i < 100; i++)
        lgc_mem_own((void *)(PLACE + i * PAGE), PAGE);
    lgc_mem_each_own(count_range, &n);
    cr_expect_eq(n, 1);
}

Test(mem, a_mapping_is_own_until_it_is_unmapped)
{
    char *p = lgc_mem_map(3 * PAGE);
    size_t n = 0;
    lgc_mem_each_own(count_range, &n);
    cr_expect_eq(n, 1);
    lgc_mem_unmap(p, 3 * PAGE);
    n = 0;
    lgc_mem_each_own(count_range, &n);
    cr_expect_eq(n, 0);
}

Test(mem, the_nth_mapping_fails_and_all_after_it)
{
    for (unsigned n = 1; n < 10; n++) {
        lgc_mem_fail_after(n);
        for (unsigned i = 1; i < n; i++)
            cr_expect_not_null(lgc_mem_map(1), "mapping %u of %u", i, n);
        for (int i = 0; i < 3; i++)
            cr_expect_null(lgc_mem_map(1), "after %u", n);
        lgc_mem_fail_after(0);
        cr_expect_not_null(lgc_mem_map(1));
    }
    cr_expect_not_null(lgc_mem_alloc(16));
    lgc_mem_fail_after(1);
    cr_expect_not_null(lgc_mem_alloc(16), "the chunk is still there");
    cr_expect_null(lgc_mem_alloc(CHUNK));
    cr_expect_not_null(lgc_mem_alloc(16), "a failure does not spoil the chunk");
}

static void *map_and_unmap(void *arg)
{
    for (int i = 1; i < 3000; i++) {
        size_t size = (size_t)(i % 5 + 1) * PAGE;
        char *p = lgc_mem_map(size), *q = lgc_mem_alloc(32);
        if (p == NULL || q == NULL || !all_bytes(p, 0, 64) || !all_bytes(q, 0, 32))
            return NULL;
        memset(p, 255, size);
        memset(q, 255, 32);
        lgc_mem_unmap(p, size);
    }
    return arg;
}

Test(mem, threads_share_it)
{
    enum { THREADS = 4, SMALL = THREADS * 2999 * 32 };
    pthread_t thread[THREADS];
    void *result;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, map_and_unmap, &result);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(thread[i], &result);
        cr_expect_not_null(result);
    }
    cr_expect_eq(lgc_mem_total(), (SMALL + CHUNK - 1) / CHUNK * CHUNK);
}
