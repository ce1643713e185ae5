/* SPDX-License-Identifier: MIT
 * sort.c: merges ever longer runs; in place, and slower, where there is no memory. */
#include "base/sort.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

typedef int compare_fn(const void *, const void *);

/* What is found in the order of addresses is sorted already. */
static bool is_sorted(const char *base, size_t n, size_t size, compare_fn *compare)
{
    for (size_t i = 1; i < n; i++)
        if (compare(base + (i - 1) * size, base + i * size) > 0)
            return false;
    return true;
}

/* Each element goes down by steps of `gap`. */
static void insert(char *base, size_t n, size_t size, size_t gap, compare_fn *compare)
{
    char held[LGC_SORT_SIZE];

    for (size_t i = gap; i < n; i++) {
        size_t at = i;

        memcpy(held, base + i * size, size);
        for (; at >= gap && compare(base + (at - gap) * size, held) > 0; at -= gap)
            memcpy(base + at * size, base + (at - gap) * size, size);
        memcpy(base + at * size, held, size);
    }
}

/* Shell's sort, with the gaps of M. Ciura, "Best Increments for the Average Case of
 * Shellsort" (2001), and above them each 9/4 of the one before. */
static void sort_in_place(char *base, size_t n, size_t size, compare_fn *compare)
{
    static const size_t first[] = { 1, 4, 10, 23, 57, 132, 301, 701 };
    enum { FIRST = sizeof first / sizeof first[0] };
    size_t gap[64];
    unsigned gaps = FIRST;

    memcpy(gap, first, sizeof first);
    while (gaps < 64 && gap[gaps - 1] < n / 9 * 4) {
        gap[gaps] = gap[gaps - 1] / 4 * 9 + gap[gaps - 1] % 4 * 9 / 4;
        gaps++;
    }
    while (gaps-- > 0)
        insert(base, n, size, gap[gaps], compare);
}

/* [0, middle) and [middle, n) of `from`, both sorted, to `to`. */
static void merge(char *to, const char *from, size_t middle, size_t n, size_t size, compare_fn *compare)
{
    size_t left = 0, right = middle;

    for (size_t i = 0; i < n; i++) {
        bool takes_left = right == n || (left < middle &&
                                         compare(from + left * size, from + right * size) <= 0);

        memcpy(to + i * size, from + (takes_left ? left : right) * size, size);
        left += takes_left;
        right += !takes_left;
    }
}

static void sort_by_merging(char *base, char *buffer, size_t n, size_t size, compare_fn *compare)
{
    enum { RUN = 16 };
    char *from = base, *to = buffer;

    for (size_t at = 0; at < n; at += RUN)
        insert(base + at * size, n - at < RUN ? n - at : RUN, size, 1, compare);
    for (size_t run = RUN; run < n; run *= 2) {
        char *swap = from;

        for (size_t at = 0; at < n; at += 2 * run) {
            size_t all = n - at < 2 * run ? n - at : 2 * run;

            merge(to + at * size, from + at * size, all < run ? all : run, all, size, compare);
        }
        from = to;
        to = swap;
    }
    if (from != base)
        memcpy(base, from, n * size);
}

void lgc_sort(void *base, size_t n, size_t size, compare_fn *compare)
{
    size_t bytes = n * size;
    char *buffer;

    if (is_sorted(base, n, size, compare))
        return;
    buffer = lgc_mem_map(bytes);
    if (buffer == NULL) {
        sort_in_place(base, n, size, compare);
        return;
    }
    sort_by_merging(base, buffer, n, size, compare);
    lgc_mem_unmap(buffer, bytes);
}
