/* SPDX-License-Identifier: MIT
 * test_range.c: the innermost range, against a search that cannot be wrong. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "tool/range.h"

Test(range, empty)
{
    struct lgc_ranges r = { NULL, 0, 0 };
    size_t value;
    lgc_range_sort(&r);
    cr_expect_not(lgc_range_find(&r, 0, &value));
    lgc_range_free(&r);
}

Test(range, borders_and_nesting)
{
    struct lgc_ranges r = { NULL, 0, 0 };
    size_t value = 99;
    cr_expect(lgc_range_add(&r, 10, 30, 1));
    cr_expect(lgc_range_add(&r, 15, 20, 2));
    cr_expect(lgc_range_add(&r, 10, 12, 3));
    cr_expect(lgc_range_add(&r, 40, 40, 4), "an empty range is no range");
    lgc_range_sort(&r);
    static const struct { uint64_t at; size_t value; } cases[] = {
        { 9, 0 }, { 10, 3 }, { 11, 3 }, { 12, 1 }, { 15, 2 }, { 19, 2 }, { 20, 1 }, { 29, 1 },
        { 30, 0 }, { 40, 0 }, { UINT64_MAX, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool found = lgc_range_find(&r, cases[i].at, &value);
        cr_expect_eq(found ? value : 0, cases[i].value, "at %d", (int)cases[i].at);
    }
    lgc_range_free(&r);
}

Test(range, random_against_linear)
{
    enum { N = 300 };
    struct { uint64_t start, end; } list[N];
    struct lgc_ranges r = { NULL, 0, 0 };
    srand(7);
    for (size_t i = 0; i < N; i++) {
        list[i].start = (uint64_t)(rand() % 1000);
        list[i].end = list[i].start + (uint64_t)(rand() % 60);
        cr_expect(lgc_range_add(&r, list[i].start, list[i].end, i));
    }
    lgc_range_sort(&r);
    for (uint64_t at = 0; at < 1100; at++) {
        size_t best = N, value = N;
        for (size_t i = 0; i < N; i++) {
            if (at < list[i].start || at >= list[i].end)
                continue;
            if (best == N || list[i].start > list[best].start
                || (list[i].start == list[best].start && list[i].end < list[best].end))
                best = i;
        }
        bool found = lgc_range_find(&r, at, &value);
        cr_assert_eq(found, best != N);
        if (found)
            cr_expect(list[value].start == list[best].start && list[value].end == list[best].end);
    }
    lgc_range_free(&r);
}
