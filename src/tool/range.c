/* SPDX-License-Identifier: MIT
 * range.c: address ranges that may overlap, and the innermost around an address. */
#include "tool/range.h"

#include <stdlib.h>

bool lgc_range_add(struct lgc_ranges *ranges, uint64_t start, uint64_t end, size_t value)
{
    if (start >= end)
        return true;
    if (ranges->n == ranges->capacity) {
        size_t capacity = ranges->capacity == 0 ? 64 : 2 * ranges->capacity;
        struct lgc_range *bigger = reallocarray(ranges->list, capacity, sizeof *bigger);
        if (bigger == NULL)
            return false;
        ranges->list = bigger;
        ranges->capacity = capacity;
    }
    ranges->list[ranges->n++] = (struct lgc_range){ start, end, 0, value };
    return true;
}

/* By start; of one start the shortest last, where a search finds it first. */
static int by_start(const void *left, const void *right)
{
    const struct lgc_range *a = left, *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->end != b->end)
        return a->end > b->end ? -1 : 1;
    return a->value < b->value ? -1 : a->value > b->value;
}

void lgc_range_sort(struct lgc_ranges *ranges)
{
    uint64_t reach = 0;
    if (ranges->n == 0)
        return;
    qsort(ranges->list, ranges->n, sizeof *ranges->list, by_start);
    for (size_t i = 0; i < ranges->n; i++) {
        if (ranges->list[i].end > reach)
            reach = ranges->list[i].end;
        ranges->list[i].reach = reach;  /* the largest end up to here */
    }
}

bool lgc_range_find(const struct lgc_ranges *ranges, uint64_t address, size_t *value)
{
    size_t low = 0, high = ranges->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges->list[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low > 0 && ranges->list[low - 1].reach > address; low--) {
        if (ranges->list[low - 1].end > address) {
            *value = ranges->list[low - 1].value;
            return true;
        }
    }
    return false;
}

void lgc_range_free(struct lgc_ranges *ranges)
{
    free(ranges->list);
    *ranges = (struct lgc_ranges){ NULL, 0, 0 };
}
