/* SPDX-License-Identifier: MIT
 * test_large.c: heap/large makes objects of any size and alignment, keeps freed ones within bounds, and gives back. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "core.h"
#include "heap/large.h"
#include "heap/trim.h"
#include "heap/pagemap.h"

static struct lgc_block *make(size_t size, size_t align)
{
    struct lgc_block *b = lgc_large_alloc(size, size + 1, align);

    if (b != NULL)
        *lgc_block_info(b, 0) = LGC_INFO_USED;
    return b;
}

static void drop(struct lgc_block *b)
{
    *lgc_block_info(b, 0) = LGC_INFO_FREE;
    lgc_large_free(b);
}

static size_t blocks(void)
{
    size_t n = 0;
    for (struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all)
        n++;
    return n;
}

Test(large, an_object_of_any_size_and_alignment)
{
    static const size_t aligns[] = { 16, 4096, 8192, 2 << 20 };
    start_heap(false);
    for (int i = 0; i < 4; i++)
        for (size_t size = 1; size < (size_t)64 << 20; size = size * 3 + 4095) {
            struct lgc_block *b = lgc_large_alloc(size, size + 1, aligns[i]);
            cr_assert_not_null(b);
            cr_expect_eq(b->class, LGC_SIZECLASS_LARGE);
            cr_expect_eq(b->count, 1);
            cr_expect_eq(b->requested, size);
            cr_expect_eq(b->user % aligns[i], 0);
            cr_expect_neq(*lgc_block_info(b, 0) & LGC_INFO_STATE, LGC_INFO_USED, "its state is still to be set");
            cr_expect_geq(lgc_large_usable(b), size + 1);
            cr_expect_leq(b->user + lgc_large_usable(b), b->base + lgc_gcheap_size((void *)b->base));
            memset((void *)b->user, 255, size + 1);
            cr_expect_eq(lgc_pagemap_get((void *)b->user), b);
            cr_expect_eq(lgc_pagemap_get((void *)b->base), b);
            drop(b);
        }
}

Test(large, freed_ones_are_known_as_free_and_used_again)
{
    start_heap(false);
    struct lgc_block *b = make(50000, 16384);
    cr_assert_not_null(b);
    uintptr_t base = b->base, user = b->user;
    drop(b);
    cr_expect_eq(lgc_pagemap_get((void *)base), b, "freeing it again would be noticed");
    cr_expect(user == base || lgc_pagemap_get((void *)user) == NULL);
    cr_expect_eq(make(60000, 16), b);
    cr_expect_eq(b->base, base);
    drop(b);
    cr_expect_eq(make(b->held - 1, 16), b, "any size that it holds");
}

Test(large, all_goes_back_to_libgc_when_asked)
{
    start_heap(false);
    struct lgc_block *b[20];
    for (int i = 0; i < 20; i++)
        cr_assert_not_null(b[i] = make(20000 + (size_t)i * 30000, 16));
    uintptr_t base = b[17]->base;
    for (int i = 0; i < 20; i++)
        drop(b[i]);
    cr_expect_not_null(lgc_gcheap_base((void *)base));
    lgc_lock(&lgc_block_lock);
    cr_expect(lgc_large_release_all());
    cr_expect_not(lgc_large_release_all());
    lgc_unlock(&lgc_block_lock);
    cr_expect_null(lgc_gcheap_base((void *)base), "libgc has it back");
    cr_expect_null(lgc_pagemap_get((void *)base));
    for (int i = 0; i < 20; i++)
        cr_expect_eq(b[i]->count, 0);
    cr_assert_not_null(make(700000, 16));
    cr_expect_eq(blocks(), 20, "the descriptors are used again");
}

Test(large, what_is_kept_is_bounded)
{
    start_heap(false);
    static struct lgc_block *b[2000];
    for (int i = 0; i < 2000; i++)
        cr_assert_not_null(b[i] = make(100000, 16));
    for (int i = 0; i < 2000; i++)
        drop(b[i]);
    size_t kept = 0;
    for (int i = 0; i < 2000; i++)
        kept += b[i]->count;
    cr_expect_gt(kept, 10);
    cr_expect_lt(kept * 102400, lgc_gcheap_held() / 4);
}

Test(large, kept_ones_make_room_for_others)
{
    start_heap(false);
    struct lgc_block *b[60];
    lgc_gcheap_spare = lgc_trim_spare;
    for (int i = 0; i < 60; i++)
        cr_assert_not_null(b[i] = make(100000, 16));
    size_t held = lgc_gcheap_held();
    for (int i = 0; i < 60; i++)
        drop(b[i]);
    cr_assert_not_null(make(1 << 20, 16)); /* sections need not be neighbours */
    cr_expect_eq(lgc_gcheap_held(), held, "the heap has not grown");
}

Test(large, none_is_given_twice)
{
    enum { LIVE = 200 };
    static struct lgc_block *live[LIVE];
    static size_t size[LIVE];
    uint64_t state = 5;
    start_heap(false);
    for (int i = 0; i < 20000; i++) {
        unsigned at = (unsigned)(chance(&state) % LIVE);
        if (live[at] != NULL) {
            unsigned char *p = (void *)live[at]->user;
            if (p[0] != at || p[size[at] - 1] != at)
                cr_assert_fail("object %u was written to", at);
            drop(live[at]);
        }
        size[at] = 16000 + chance(&state) % 200000;
        live[at] = make(size[at], (size_t)16 << chance(&state) % 11);
        cr_assert_not_null(live[at]);
        ((unsigned char *)live[at]->user)[0] = (unsigned char)at;
        ((unsigned char *)live[at]->user)[size[at] - 1] = (unsigned char)at;
    }
}

Test(large, impossible_objects)
{
    start_heap(false);
    cr_expect_null(lgc_large_alloc(SIZE_MAX, SIZE_MAX, 16));
    cr_expect_null(lgc_large_alloc(SIZE_MAX - 4096, SIZE_MAX - 4096, 8192));
    cr_expect_null(lgc_large_alloc(SIZE_MAX / 2, SIZE_MAX / 2, 16));
    cr_expect_not_null(lgc_large_alloc(0, 0, 16));
}

Test(large, without_memory_for_descriptors)
{
    start_heap(true);
    lgc_mem_fail_after(1);
    while (lgc_mem_alloc(16) != NULL)
        ;
    cr_expect_null(make(100000, 16));
    lgc_mem_fail_after(0);
    struct lgc_block *b = make(100000, 16);
    cr_assert_not_null(b);
    cr_expect_not_null(lgc_block_origin(b, 0));
}
