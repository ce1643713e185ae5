/* SPDX-License-Identifier: MIT
 * test_sizeclass.c: heap/sizeclass names the smallest size that fits, for every request. */
#include <criterion/criterion.h>
#include <stdint.h>

#include "heap/sizeclass.h"

/* The classes from c on: for each count the largest multiple of 16 of which so
 * many fit.  Returns the next class. */
static unsigned expect_shares(unsigned c, unsigned most, unsigned least, size_t bytes)
{
    for (unsigned n = most; n >= least; n--, c++) {
        size_t largest = bytes / n / 16 * 16;
        if (bytes == 4096 && largest > 2032)
            largest = 2032; /* libgc's limit for small objects */
        cr_expect_eq(lgc_sizeclass_size[c], largest, "%u in a block", n);
        cr_expect_eq(bytes / lgc_sizeclass_size[c], n);
    }
    return c;
}

Test(sizeclass, the_sizes_are_what_the_header_says)
{
    unsigned c = 0;
    for (; c < 16; c++)
        cr_expect_eq(lgc_sizeclass_size[c], 16 * (c + 1));
    c = expect_shares(c, 15, 2, 4096);
    cr_expect_eq(c, LGC_SIZECLASS_SMALL);
    c = expect_shares(c, 32, 4, LGC_SIZECLASS_SLAB);
    cr_expect_eq(c, LGC_SIZECLASS_COUNT);
    cr_expect_eq(lgc_sizeclass_size[LGC_SIZECLASS_COUNT - 1], LGC_SIZECLASS_MAX);
}

Test(sizeclass, every_request_gets_the_smallest_that_holds_it)
{
    for (size_t size = 0; size <= LGC_SIZECLASS_MAX; size++) {
        unsigned c = 0;
        while (lgc_sizeclass_size[c] < size)
            c++;
        if (lgc_sizeclass_of(size) != c)
            cr_assert_fail("%zu bytes: class %u, not %u", size, lgc_sizeclass_of(size), c);
    }
}

/* A block begins at a multiple of 4096, and of no more. */
static unsigned naive(size_t size, size_t align)
{
    for (unsigned c = 0; align <= 4096 && c < LGC_SIZECLASS_COUNT; c++)
        if (lgc_sizeclass_size[c] >= size && lgc_sizeclass_size[c] % align == 0)
            return lgc_sizeclass_size[c] - size < 4095 ? c : LGC_SIZECLASS_LARGE;
    return LGC_SIZECLASS_LARGE;
}

Test(sizeclass, aligned_requests)
{
    for (size_t align = 1; align <= 1 << 21; align *= 2)
        for (size_t size = 0; size <= LGC_SIZECLASS_MAX + 32; size++)
            if (lgc_sizeclass_aligned(size, align) != naive(size, align))
                cr_assert_fail("%zu bytes at %zu: class %u, not %u", size, align,
                               lgc_sizeclass_aligned(size, align), naive(size, align));
    cr_expect_eq(lgc_sizeclass_aligned(LGC_SIZECLASS_MAX + 1, 16), LGC_SIZECLASS_LARGE);
    cr_expect_eq(lgc_sizeclass_aligned(SIZE_MAX, 16), LGC_SIZECLASS_LARGE);
    cr_expect_eq(lgc_sizeclass_aligned(1, 8192), LGC_SIZECLASS_LARGE);
    cr_expect_neq(lgc_sizeclass_aligned(1, 1024), LGC_SIZECLASS_LARGE);
}
