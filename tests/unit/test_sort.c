/* SPDX-License-Identifier: MIT
 * test_sort.c: base/sort sorts whatever qsort does, with a buffer and without memory for one. */
#include "base/sort.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct entry { uint32_t key, number; char more[48]; };

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

static unsigned seed = 1;

/* Sorted, with all that was there; `stable`: equal ones in their order. */
static void check(size_t n, unsigned keys, bool stable)
{
    struct entry *list = malloc((n + 1) * sizeof *list);
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        list[i].key = (uint32_t)rand_r(&seed) % keys;
        list[i].number = (uint32_t)i;
        memset(list[i].more, (int)list[i].key, sizeof list[i].more);
        sum += (list[i].key + 1ull) * (i + 1);
    }
    list[n].key = 77;
    lgc_sort(list, n, sizeof *list, by_key);
    for (size_t i = 0; i < n; i++) {
        sum -= (list[i].key + 1ull) * (list[i].number + 1ull);
        cr_assert(list[i].more[0] == (char)list[i].key && list[i].more[47] == (char)list[i].key);
        cr_assert(i == 0 || list[i - 1].key < list[i].key ||
                  (list[i - 1].key == list[i].key && (!stable || list[i - 1].number < list[i].number)),
                  "at %zu of %zu", i, n);
    }
    cr_assert(sum == 0 && list[n].key == 77);
    free(list);
}

Test(sort, by_merging, .timeout = 60)
{
    for (size_t n = 0; n < 200; n++)
        check(n, 1 + (unsigned)n / 2, true);
    check(100003, 1 << 30, true);
    check(65536, 100, true);
}

Test(sort, without_memory, .timeout = 60)
{
    lgc_mem_fail_after(1);
    for (size_t n = 0; n < 200; n++)
        check(n, 1 + (unsigned)n / 2, false);
    check(100003, 1 << 30, false);
    check(65536, 100, false);
}

static int by_byte(const void *a, const void *b) { return *(const unsigned char *)a - *(const unsigned char *)b; }

Test(sort, large_elements, .timeout = 60)
{
    static unsigned char list[100][LGC_SORT_SIZE];
    for (int memory = 0; memory < 2; memory++) {
        for (int i = 0; i < 100; i++)
            memset(list[i], rand_r(&seed), sizeof list[i]);
        lgc_sort(list, 100, sizeof list[0], by_byte);
        for (int i = 0; i < 100; i++)
            cr_assert((i == 0 || list[i - 1][0] <= list[i][0]) && list[i][0] == list[i][LGC_SORT_SIZE - 1]);
        lgc_mem_fail_after(1);
    }
}
