/* SPDX-License-Identifier: MIT
 * test_heap.c: heap/heap allocates, judges, finds and resizes objects as its header says. */
#include <criterion/criterion.h>

#include "core.h"
#include "heap/pagemap.h"

static char *alloc(size_t size) { return lgc_heap_alloc(size, 16, false, 0, NULL); }

static bool finds(const void *p, bool exact, const void *object)
{
    struct lgc_object o;
    return lgc_heap_find(p, exact, &o) && o.address == (uintptr_t)object;
}

/* One object of each size: its record, its room, its judgement.  The number of
 * what is wrong. */
static size_t wrong_with(size_t size, size_t gap)
{
    size_t bad = 0, usable;
    char *p = alloc(size);
    if (p == NULL)
        return 100;
    usable = lgc_heap_usable(p);
    bad += (uintptr_t)p % 16 != 0;
    bad += usable < size || lgc_heap_requested(p) != size;
    memset(p, 255, usable);
    bad += lgc_heap_judge(p) != LGC_FREED || lgc_heap_judge(p + 1) == LGC_FREED;
    bad += !finds(p, true, p) || finds(p + 1, true, p);
    bad += !finds(p, false, p) || !finds(p + (usable + gap - 1), false, p);
    bad += finds(p + usable + gap, false, p);
    bad += size > 0 && lgc_heap_judge(p + size - 1) != (size == 1 ? LGC_FREED : LGC_FREED_INTERIOR);
    bad += lgc_heap_free(p) != LGC_FREED || lgc_heap_judge(p) == LGC_FREED;
    bad += finds(p, false, p) || lgc_heap_usable(p) != 0 || lgc_heap_requested(p) != 0;
    return bad;
}

static void every_size(size_t gap)
{
    lgc_heap_keep_apart(gap != 0);
    start_heap(false);
    for (size_t size = 0; size < 20000; size += size < 5000 ? 1 : 97)
        if (wrong_with(size, gap) != 0)
            cr_assert_fail("%zu bytes", size);
    for (size_t size = 20000; size < 10 << 20; size += size / 3)
        cr_expect_eq(wrong_with(size, gap), 0, "%zu bytes", size);
}

Test(heap, every_size) { every_size(0); }
Test(heap, every_size_kept_apart) { every_size(1); }

Test(heap, a_pointer_past_the_end_of_a_full_object)
{
    lgc_heap_keep_apart(true);
    start_heap(false);
    for (size_t size = 16; size < 20000; size += 16) {
        char *p = alloc(size), *q = alloc(size);
        cr_assert(p != NULL && q != NULL);
        if (!finds(p + size, false, p) || !finds(q + size, false, q))
            cr_assert_fail("%zu bytes", size);
    }
}

Test(heap, alignment)
{
    static const size_t sizes[] = { 0, 1, 16, 100, 2000, 4096, 8192, 10000, 16384, 100000 };
    start_heap(false);
    for (size_t align = 16; align <= 4 << 20; align *= 2)
        for (int i = 0; i < 10; i++)
            for (int n = 0; n < 6; n++) {
                char *p = lgc_heap_alloc(sizes[i], align, true, 0, NULL);
                if (p == NULL || (uintptr_t)p % align != 0 || lgc_heap_usable(p) < sizes[i] ||
                    !all_bytes(p, 0, sizes[i]) || lgc_heap_requested(p) != sizes[i])
                    cr_assert_fail("%zu bytes at %zu", sizes[i], align);
                memset(p, 255, lgc_heap_usable(p));
                if (n % 2)
                    lgc_heap_free(p);
            }
}

Test(heap, one_at_two_mebibytes)
{
    enum { ALIGN = 2 << 20, SIZE = 3 << 20 };
    start_heap(false);
    alloc(100000); /* so that it is not aligned by chance */
    char *p = lgc_heap_alloc(SIZE, ALIGN, false, 0, NULL);
    cr_assert_not_null(p);
    cr_expect_eq((uintptr_t)p % ALIGN, 0);
    memset(p, 1, lgc_heap_usable(p));
    cr_expect_eq(lgc_heap_judge(p), LGC_FREED);
    cr_expect_eq(lgc_heap_judge(p + 4096), LGC_FREED_INTERIOR);
    for (size_t i = 0; i < SIZE; i += 4095)
        if (!finds(p + i, false, p))
            cr_assert_fail("byte %zu", i);
    cr_expect(finds(p + SIZE - 1, false, p));
    void *base = lgc_gcheap_base(p);
    cr_expect_eq(lgc_heap_free(p), LGC_FREED);
    cr_expect_eq(lgc_heap_judge(p), LGC_FREED_FOREIGN);
    cr_expect_null(lgc_pagemap_get(base));
    cr_expect_not(finds(p + 5000, false, p));
}

Test(heap, too_much)
{
    start_heap(false);
    cr_expect_null(alloc(PTRDIFF_MAX));
    cr_expect_null(alloc((size_t)1 << 47));
    cr_expect_null(lgc_heap_alloc(PTRDIFF_MAX, 1 << 20, true, 0, NULL));
    cr_expect_not_null(alloc(1));
}

Test(heap, judgements)
{
    int local;
    start_heap(false);
    char *small = alloc(100), *large = alloc(100000);
    cr_expect_eq(lgc_heap_judge(NULL), LGC_FREED_FOREIGN);
    cr_expect_eq(lgc_heap_judge(&local), LGC_FREED_FOREIGN);
    cr_expect_eq(lgc_heap_judge((void *)UINTPTR_MAX), LGC_FREED_FOREIGN);
    cr_expect_eq(lgc_heap_free(&local), LGC_FREED_FOREIGN);
    cr_expect_eq(lgc_heap_free(small + 16), LGC_FREED_INTERIOR);
    cr_expect_eq(lgc_heap_free(large + 4096), LGC_FREED_INTERIOR);
    cr_expect_eq(lgc_heap_free(large + 5), LGC_FREED_INTERIOR);
    cr_expect_eq(lgc_heap_judge(small), LGC_FREED, "they are still there");
    cr_expect_eq(lgc_heap_judge(large), LGC_FREED);
    cr_expect_eq(lgc_heap_free(small), LGC_FREED);
    cr_expect_eq(lgc_heap_free(small), LGC_FREED_BEFORE);
    cr_expect_eq(lgc_heap_free(large), LGC_FREED);
    cr_expect_eq(lgc_heap_free(large), LGC_FREED_BEFORE);
    cr_expect_eq(lgc_heap_free(small + 16), LGC_FREED_FOREIGN);
}

Test(heap, zeroed_although_used_before)
{
    static const size_t sizes[] = { 1, 24, 2032, 4000, 16000, 100000, 131072, 300000, 1 << 20 };
    start_heap(false);
    for (int i = 0; i < 9; i++)
        for (int round = 0; round < 4; round++) {
            char *p = lgc_heap_alloc(sizes[i], round % 2 ? 8192 : 16, true, 0, NULL);
            cr_assert(p != NULL && all_bytes(p, 0, sizes[i]), "%zu bytes", sizes[i]);
            memset(p, 255, lgc_heap_usable(p));
            lgc_heap_free(p);
        }
}

Test(heap, records)
{
    struct lgc_origin origin = { 1, 2, 3 }, other = { 5, 6, 7 };
    static const size_t sizes[] = { 50, 5000, 50000 };
    struct lgc_object o;
    lgc_block_record_origins(true);
    start_heap(true);
    for (int i = 0; i < 3; i++) {
        char *p = lgc_heap_alloc(sizes[i], 16, false, LGC_INFO_INTERNAL, &origin);
        cr_assert(lgc_heap_find(p + 1, false, &o));
        cr_expect_eq(o.address, (uintptr_t)p);
        cr_expect_eq(o.size, sizes[i]);
        cr_expect_eq(o.usable, lgc_heap_usable(p));
        cr_expect_eq(memcmp(lgc_block_origin(o.block, o.slot), &origin, sizeof origin), 0);
        cr_expect_eq(*lgc_block_info(o.block, o.slot) & LGC_INFO_FLAGS, LGC_INFO_INTERNAL);
        lgc_heap_ignore(&o);
        cr_expect_eq(*lgc_block_info(o.block, o.slot) & LGC_INFO_FLAGS, LGC_INFO_FLAGS);
        cr_expect(lgc_heap_resize(p, sizes[i] - 1, &other));
        cr_expect_eq(memcmp(lgc_block_origin(o.block, o.slot), &other, sizeof other), 0);
        cr_expect_eq(*lgc_block_info(o.block, o.slot) & LGC_INFO_FLAGS, LGC_INFO_FLAGS);
        cr_expect_eq(lgc_heap_requested(p), sizes[i] - 1);
        lgc_heap_free(p);
        char *again = lgc_heap_alloc(sizes[i], 16, false, 0, &other);
        cr_assert(lgc_heap_find(again, true, &o));
        cr_expect_eq(*lgc_block_info(o.block, o.slot) & LGC_INFO_FLAGS, 0, "no flag of the one before");
    }
}

Test(heap, resizing_in_place)
{
    struct lgc_count allocated, freed;
    start_heap(false);
    for (size_t size = 1; size < 300000; size += 1 + size / 5) {
        char *p = alloc(size);
        size_t room = lgc_heap_usable(p);
        cr_expect(lgc_heap_resize(p, room, NULL), "%zu bytes: all of its place", size);
        cr_expect_eq(lgc_heap_requested(p), room);
        cr_expect_not(lgc_heap_resize(p, room + 1, NULL), "%zu bytes", size);
        /* The slack of a medium object is 12 bits; a large one is cut. */
        size_t least = size > LGC_SIZECLASS_MAX ? room / 8 : room / 2 > 4095 ? room - 4095 : room / 2;
        if (size > LGC_SIZECLASS_MAX && least <= LGC_SIZECLASS_MAX)
            least = LGC_SIZECLASS_MAX + 1;
        cr_expect(lgc_heap_resize(p, least, NULL), "half is kept");
        cr_expect(room <= 32 || !lgc_heap_resize(p, least - 1, NULL), "less is a waste");
        cr_expect_eq(lgc_heap_requested(p), least);
        lgc_heap_free(p);
        cr_expect_not(lgc_heap_resize(p, 1, NULL), "it is free");
    }
    char *p = alloc(100);
    lgc_heap_resize(p, 90, NULL);
    lgc_cache_totals(&allocated, &freed);
    cr_expect_eq(allocated.bytes - freed.bytes, 90);
    cr_expect_eq(allocated.objects - freed.objects, 1);
    cr_expect_not(lgc_heap_resize(NULL, 1, NULL));
}

Test(heap, the_largest)
{
    start_heap(false);
    cr_expect_eq(lgc_cache_largest(), 0);
    alloc(1000);
    cr_expect_eq(lgc_cache_largest(), 1000);
    char *p = alloc(100000);
    cr_expect_eq(lgc_cache_largest(), 100000);
    alloc(10);
    lgc_heap_resize(p, lgc_heap_usable(p), NULL);
    cr_expect_eq(lgc_cache_largest(), lgc_heap_usable(p));
}

enum { SLOTS = 300, ROUNDS = 60000 };
static struct { unsigned char *p; size_t size; } live[SLOTS];

static size_t some_size(uint64_t *state)
{
    uint64_t r = chance(state);
    return r % 10 == 0 ? r / 10 % 200000 : r % 10 < 3 ? r / 10 % 20000 : r / 10 % 300;
}

static bool step(int i, uint64_t *state)
{
    size_t size = some_size(state);
    if (live[i].p == NULL) {
        live[i].p = lgc_heap_alloc(size, (size_t)16 << chance(state) % 10 % 9, false, 0, NULL);
        live[i].size = size;
    } else if (chance(state) % 3 == 0) {
        if (!lgc_heap_resize(live[i].p, size, NULL))
            return all_bytes(live[i].p, (unsigned char)i, live[i].size);
        live[i].size = size;
    } else {
        bool intact = all_bytes(live[i].p, (unsigned char)i, live[i].size) &&
                      lgc_heap_requested(live[i].p) == live[i].size &&
                      lgc_heap_free(live[i].p) == LGC_FREED;
        live[i].p = NULL;
        return intact;
    }
    if (live[i].p != NULL)
        memset(live[i].p, i & 255, live[i].size);
    return live[i].p != NULL;
}

Test(heap, many_objects_keep_their_contents)
{
    uint64_t state = 5, bytes = 0, objects = 0;
    struct lgc_count allocated, freed;
    start_heap(true);
    for (int round = 0; round < ROUNDS; round++)
        if (!step((int)(chance(&state) % SLOTS), &state))
            cr_assert_fail("round %d", round);
    for (int i = 0; i < SLOTS; i++) {
        objects += live[i].p != NULL;
        bytes += live[i].p != NULL ? live[i].size : 0;
    }
    lgc_cache_totals(&allocated, &freed);
    cr_expect_eq(allocated.bytes - freed.bytes, bytes);
    cr_expect_eq(allocated.objects - freed.objects, objects);
}
