/* SPDX-License-Identifier: MIT
 * test_region.c: world/region against a naive model of the same pages. */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "core.h"
#include "world/region.h"

enum { CELLS = 300, CELL = 1 }; /* bytes: every border is exact */
#define PLACE ((uintptr_t)0x700000000000)

static bool model[CELLS], seen[CELLS];
static uintptr_t last;
static size_t ranges, bad;

static void start(void)
{
    memset(seen, 0, sizeof seen);
    last = ranges = bad = 0;
}

static void look(uintptr_t lo, uintptr_t hi, void *arg)
{
    (void)arg;
    bad += lo >= hi || (ranges++ > 0 && lo <= last);
    last = hi;
    for (uintptr_t i = (lo - PLACE) / CELL; i < (hi - PLACE) / CELL && i < CELLS; i++)
        seen[i] = true;
}

static bool as_the_model(void)
{
    start();
    lgc_region_each_mapped(look, NULL);
    if (bad != 0 || memcmp(seen, model, sizeof model) != 0)
        return false;
    for (uintptr_t i = 0; i < CELLS; i++)
        if (lgc_region_is_mapped(PLACE + i * CELL) != model[i])
            return false;
    return true;
}

static void change(size_t at, size_t n, bool on)
{
    uintptr_t lo = PLACE + at * CELL, hi = lo + n * CELL;
    on ? lgc_region_mapped(lo, hi) : lgc_region_unmapped(lo, hi);
    memset(model + at, on, n);
}

Test(region, random_operations)
{
    uint64_t state = 6;
    for (int round = 0; round < 20000; round++) {
        size_t at = chance(&state) % CELLS, most = CELLS - at < 25 ? CELLS - at : 25;
        change(at, 1 + chance(&state) % (round % 500 < 250 ? most : (most + 4) / 5), chance(&state) % 2);
        if (!as_the_model())
            cr_assert_fail("round %d", round);
    }
    cr_expect_eq(lgc_region_lost(), 0);
}

Test(region, neighbours_join_and_holes_split)
{
    change(10, 1, true);
    change(12, 1, true);
    change(11, 1, true);
    start();
    lgc_region_each_mapped(look, NULL);
    cr_expect_eq(ranges, 1);
    change(0, 100, true);
    change(50, 1, false);
    start();
    lgc_region_each_mapped(look, NULL);
    cr_expect_eq(ranges, 2);
    change(0, CELLS, false);
    start();
    lgc_region_each_mapped(look, NULL);
    cr_expect_eq(ranges, 0);
    cr_expect_not(lgc_region_is_mapped(PLACE));
}

Test(region, what_is_lost_without_memory_is_counted)
{
    size_t n = 0;
    lgc_region_mapped(PLACE, PLACE + CELL);
    lgc_mem_fail_after(1);
    while (lgc_region_lost() == 0 && n < 100000) {
        n++;
        lgc_region_mapped(PLACE + 2 * n * CELL, PLACE + 2 * n * CELL + CELL);
    }
    cr_expect_eq(lgc_region_lost(), 1);
    cr_expect_not(lgc_region_is_mapped(PLACE + 2 * n * CELL));
    cr_expect(lgc_region_is_mapped(PLACE + 2 * (n - 1) * CELL), "what was there stays");
    lgc_mem_fail_after(0);
    lgc_region_mapped(PLACE + 2 * n * CELL, PLACE + 2 * n * CELL + CELL);
    cr_expect(lgc_region_is_mapped(PLACE + 2 * n * CELL));
    cr_expect_eq(lgc_region_lost(), 1);
}

static void sum(uintptr_t lo, uintptr_t hi, void *arg) { *(uintptr_t *)arg += lo * 1000 + hi; }

static uintptr_t roots(void)
{
    uintptr_t total = 0;
    lgc_region_each_root(sum, &total);
    return total;
}

Test(region, roots_are_removed_as_often_as_they_were_added)
{
    cr_expect(lgc_region_add_root(1, 5));
    cr_expect(lgc_region_add_root(2, 6));
    cr_expect(lgc_region_add_root(1, 5));
    cr_expect_eq(roots(), 1005 + 2006 + 1005);
    cr_expect_not(lgc_region_remove_root(1, 6));
    cr_expect_not(lgc_region_remove_root(2, 5));
    cr_expect(lgc_region_remove_root(1, 5));
    cr_expect_eq(roots(), 1005 + 2006);
    cr_expect(lgc_region_remove_root(1, 5));
    cr_expect_not(lgc_region_remove_root(1, 5));
    cr_expect(lgc_region_remove_root(2, 6));
    cr_expect_eq(roots(), 0);
}

Test(region, many_roots)
{
    uintptr_t expected = 0;
    for (uintptr_t i = 0; i < 3000; i++) {
        cr_assert(lgc_region_add_root(i, i + 8));
        expected += i * 1000 + i + 8;
    }
    cr_expect_eq(roots(), expected);
}

Test(region, no_memory_for_a_root)
{
    lgc_mem_fail_after(1);
    cr_expect_not(lgc_region_add_root(1, 5));
    cr_expect_not(lgc_region_remove_root(1, 5));
    lgc_mem_fail_after(0);
    cr_expect(lgc_region_add_root(1, 5));
}
