/* SPDX-License-Identifier: MIT
 * test_pagemap.c: heap/pagemap knows exactly the pages it was told of. */
#include <criterion/criterion.h>
#include <stdint.h>

#include "base/mem.h"
#include "heap/block.h"
#include "heap/pagemap.h"

#define GIB ((uintptr_t)1 << 30)
static struct lgc_block one, two;

static struct lgc_block *get(uintptr_t a) { return lgc_pagemap_get((void *)a); }
static bool set(uintptr_t a, struct lgc_block *b) { return lgc_pagemap_set((void *)a, b); }

Test(pagemap, an_unknown_address_has_no_block)
{
    cr_expect_null(get(0));
    cr_expect_null(get(UINTPTR_MAX));
    for (unsigned bit = 0; bit < 64; bit++)
        cr_expect_null(get((uintptr_t)1 << bit), "bit %u", bit);
    cr_expect_null(lgc_pagemap_get(&one));
}

Test(pagemap, a_whole_page_and_no_more)
{
    uintptr_t page = 0x12345678000;
    cr_assert(set(page, &one));
    for (uintptr_t i = 0; i < 4096; i++)
        if (get(page + i) != &one)
            cr_assert_fail("offset %zu", (size_t)i);
    cr_expect_null(get(page - 1));
    cr_expect_null(get(page + 4096));
    cr_expect_null(get(page + GIB));
    cr_expect_null(get(page - GIB));
    cr_expect_null(get(page | (uintptr_t)1 << 47), "no wrap at the end of the user's half");
    cr_expect_null(get(page | (uintptr_t)1 << 63));
    cr_assert(set(page + 100, &two), "any address of the page");
    cr_expect_eq(get(page), &two);
    cr_assert(set(page, NULL));
    cr_expect_null(get(page));
}

Test(pagemap, both_sides_of_a_leaf)
{
    uintptr_t edge = 5 * GIB, top = (uintptr_t)1 << 47;
    cr_assert(set(edge - 1, &one) && set(edge, &two));
    cr_expect_eq(get(edge - 4096), &one);
    cr_expect_eq(get(edge + 4095), &two);
    cr_assert(set(top - 1, &one));
    cr_expect_eq(get(top - 4096), &one);
    cr_expect_null(get(top));
}

Test(pagemap, without_memory_for_a_leaf)
{
    cr_assert(set(GIB, &one));
    lgc_mem_fail_after(1);
    cr_expect_not(set(2 * GIB, &two));
    cr_expect_null(get(2 * GIB));
    cr_expect(set(GIB + 4096, &two), "this leaf is there");
    cr_expect_eq(get(GIB + 4096), &two);
    lgc_mem_fail_after(0);
    cr_expect(set(2 * GIB, &two));
    cr_expect_eq(get(2 * GIB), &two);
}
