/* SPDX-License-Identifier: MIT
 * test_block.c: heap/block hands out each object once and knows it by every address. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/mem.h"
#include "core.h"
#include "heap/pagemap.h"

static void *take_one(unsigned class)
{
    void *p = NULL;
    return take_objects(class, &p, 1) == 1 ? p : NULL;
}

static size_t blocks(void)
{
    size_t n = 0;
    for (struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all)
        n++;
    return n;
}

/* The number of the first offset that is taken for the wrong slot, or -1. */
static long wrong_offset(const struct lgc_block *b)
{
    long size = (long)b->object_size, end = size * b->count;
    for (long offset = 0; offset < end + 4096; offset++) {
        int expected = offset < end && offset % size == 0 ? (int)(offset / size) : -1;
        if (lgc_block_slot(b, (char *)b->base + offset) != expected)
            return offset;
    }
    return -1;
}

Test(block, the_slot_of_every_offset_of_every_class)
{
    start_heap(false);
    for (unsigned class = 0; class < LGC_SIZECLASS_COUNT; class++) {
        void *p = take_one(class);
        struct lgc_block *b = lgc_pagemap_get(p);
        cr_assert(p != NULL && b != NULL, "class %u", class);
        cr_expect_eq(b->class, class);
        cr_expect_eq(b->object_size, lgc_sizeclass_size[class]);
        cr_expect_eq(b->base % 4096, 0);
        cr_expect_geq((unsigned)b->count * b->object_size, 4096u / b->object_size * b->object_size);
        cr_expect_leq(b->count, 64 * sizeof b->free_map / sizeof b->free_map[0]);
        cr_expect_eq(wrong_offset(b), -1, "class %u", class);
        cr_expect_eq(lgc_block_slot(b, (char *)b->base - 1), -1);
        cr_expect_eq(lgc_block_slot(b, (char *)b->base - b->object_size), -1);
    }
}

static int by_address(const void *x, const void *y)
{
    uintptr_t a = *(const uintptr_t *)x, b = *(const uintptr_t *)y;
    return a < b ? -1 : a > b;
}

static size_t overlaps(void **object, size_t n, size_t size)
{
    size_t bad = 0;
    qsort(object, n, sizeof *object, by_address);
    for (size_t i = 1; i < n; i++)
        bad += (uintptr_t)object[i] - (uintptr_t)object[i - 1] < size;
    return bad;
}

enum { MANY = 1000 };
static void *object[MANY];

static size_t take_many(unsigned class)
{
    size_t n = 0;
    while (n < MANY) {
        unsigned want = MANY - n < 37 ? (unsigned)(MANY - n) : 37;
        unsigned got = take_objects(class, object + n, want);
        if (got == 0 || got > want)
            break;
        n += got;
    }
    return n;
}

/* Objects whose block or state is not what it should be. */
static size_t strange(unsigned class)
{
    size_t bad = 0;
    for (int i = 0; i < MANY; i++) {
        struct lgc_block *b = lgc_pagemap_get(object[i]);
        int slot = b == NULL || b->class != class ? -1 : lgc_block_slot(b, object[i]);
        bad += slot < 0 || lgc_block_state(b, (unsigned)slot) != LGC_INFO_FREE;
    }
    return bad;
}

Test(block, objects_are_apart_free_and_without_links)
{
    start_heap(false);
    for (unsigned class = 0; class < LGC_SIZECLASS_COUNT; class += 3) {
        cr_assert_eq(take_many(class), MANY);
        size_t linked = 0;
        for (int i = 0; i < MANY; i++)
            linked += *(void **)object[i] != NULL;
        cr_expect_eq(linked, 0, "libgc's list would keep neighbours alive");
        cr_expect_eq(strange(class), 0, "class %u", class);
        cr_expect_eq(overlaps(object, MANY, lgc_sizeclass_size[class]), 0, "class %u", class);
    }
}

Test(block, what_is_given_back_comes_again)
{
    start_heap(false);
    for (unsigned class = 1; class < LGC_SIZECLASS_COUNT; class += 5) {
        cr_assert_eq(take_many(class), MANY);
        size_t before = blocks();
        for (int round = 0; round < 5; round++) {
            give_objects(object, MANY);
            cr_assert_eq(take_many(class), MANY);
            cr_expect_eq(overlaps(object, MANY, lgc_sizeclass_size[class]), 0);
        }
        cr_expect_eq(blocks(), before, "class %u", class);
    }
}

/* Descriptors whose count of free objects is not that of their map. */
static size_t miscounted(void)
{
    size_t bad = 0;
    for (struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all) {
        unsigned n = 0;
        for (int w = 0; w < 4; w++)
            n += (unsigned)__builtin_popcountll(b->free_map[w]);
        bad += n != b->nfree || (n > 0 && !b->listed);
    }
    return bad;
}

Test(block, the_free_ones_are_counted)
{
    uint64_t state = 4;
    size_t n = 0;
    start_heap(false);
    for (int round = 0; round < 3000; round++) {
        unsigned some = 1 + (unsigned)(chance(&state) % 40);
        if (n + some <= MANY && (n == 0 || chance(&state) % 2)) {
            n += take_objects(5, object + n, some);
        } else {
            some = some < n ? some : (unsigned)n;
            n -= some;
            give_objects(object + n, some);
        }
        if (miscounted() != 0)
            cr_assert_fail("round %d", round);
    }
    cr_expect_eq(overlaps(object, n, lgc_sizeclass_size[5]), 0);
}

/* Writes to every record of the block; with `look`, says whether it is there. */
static bool records(struct lgc_block *b, unsigned tag, bool look)
{
    bool right = true;
    for (unsigned i = 0; i < b->count; i++) {
        struct lgc_origin o = { tag + i, ~i, (uint16_t)(tag ^ ~i) };
        if (look)
            right = right && *lgc_block_info(b, i) == (uint16_t)(tag ^ i) &&
                    memcmp(lgc_block_origin(b, i), &o, sizeof o) == 0;
        *lgc_block_info(b, i) = (uint16_t)(tag ^ i);
        if (lgc_block_origin(b, i) != NULL)
            *lgc_block_origin(b, i) = o;
    }
    return right;
}

Test(block, every_record_has_a_place_of_its_own)
{
    struct lgc_block *block[LGC_SIZECLASS_COUNT];
    start_heap(true);
    for (unsigned class = 0; class < LGC_SIZECLASS_COUNT; class++) {
        block[class] = lgc_pagemap_get(take_one(class));
        cr_assert(block[class] != NULL && lgc_block_origin(block[class], 0) != NULL);
    }
    for (unsigned class = 0; class < LGC_SIZECLASS_COUNT; class++)
        records(block[class], class * 1000, false);
    for (unsigned class = 0; class < LGC_SIZECLASS_COUNT; class++) {
        cr_expect(records(block[class], class * 1000, true), "class %u", class);
        cr_expect_eq(block[class]->class, class);
    }
}

Test(block, origins_only_where_leaks_are_looked_for)
{
    start_heap(false);
    struct lgc_block *small = lgc_pagemap_get(take_one(0));
    cr_assert_not_null(small);
    cr_expect_null(lgc_block_origin(small, 0));
}

static void use_up_the_chunk(void)
{
    lgc_mem_fail_after(1);
    while (lgc_mem_alloc(16) != NULL)
        ;
}

Test(block, without_memory_for_descriptors)
{
    start_heap(true);
    void *first = take_one(3);
    use_up_the_chunk();
    cr_expect_eq(take_objects(7, object, 10), 0);
    cr_expect_not_null(take_one(3), "its block is there");
    lgc_mem_fail_after(0);
    cr_expect_eq(take_many(7), MANY);
    cr_expect_eq(strange(7), 0);
    cr_expect_eq(overlaps(object, MANY, lgc_sizeclass_size[7]), 0);
    give_objects(&first, 1);
    cr_expect_eq(miscounted(), 0);
}
