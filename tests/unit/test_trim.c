/* SPDX-License-Identifier: MIT
 * test_trim.c: heap/trim gives wholly free blocks back, and nothing else, and they serve other sizes then.
 */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "core.h"
#include "heap/large.h"
#include "heap/trim.h"

enum { MANY = 40000 };
static unsigned char *object[MANY];

static void fill(size_t size)
{
    for (int i = 0; i < MANY; i++) {
        object[i] = lgc_heap_alloc(size, 16, false, 0, NULL);
        cr_assert_not_null(object[i]);
        memset(object[i], i % 255 + 1, size);
    }
}

/* Frees all but every n-th. */
static void thin_out(int n)
{
    for (int i = 0; i < MANY; i++)
        if (n == 0 || i % n != 0) {
            lgc_heap_free(object[i]);
            object[i] = NULL;
        }
}

/* What the thread's cache holds does not count as wholly free. */
static void empty_cache(void)
{
    lgc_cache_retire();
}

static uint64_t libgc_free(void)
{
    uint64_t held, unused;

    lgc_gcheap_footprint(&held, &unused);
    return unused;
}

static void all_goes_back(size_t size)
{
    start_heap(true);
    fill(size);
    uint64_t before = libgc_free();
    unsigned char *some = object[MANY / 2];
    thin_out(0);
    empty_cache();
    lgc_trim(false); /* some went when it was due */
    cr_expect_geq(libgc_free(), before + MANY * size);
    cr_expect_eq(lgc_block_wholly_free(), 0);
    cr_expect_null(lgc_gcheap_base(some), "libgc has it");
    cr_expect_eq(*some, 0, "the system has its page");
    cr_expect_eq(lgc_heap_judge(some), LGC_FREED_FOREIGN);
    cr_expect_not(lgc_trim(false), "there is no more");
}

Test(trim, small_blocks_go_back) { all_goes_back(100); }
Test(trim, slabs_go_back) { all_goes_back(3000); }

static void what_is_used_stays(size_t size)
{
    start_heap(true);
    fill(size);
    thin_out(97);
    empty_cache();
    cr_expect(lgc_trim(false));
    for (int i = 0; i < MANY; i += 97) {
        cr_expect(all_bytes(object[i], (unsigned char)(i % 255 + 1), size));
        cr_expect_eq(lgc_heap_judge(object[i]), LGC_FREED);
        cr_expect_not_null(lgc_gcheap_base(object[i]));
        cr_expect_eq(lgc_heap_free(object[i]), LGC_FREED);
    }
}

Test(trim, used_small_objects_stay) { what_is_used_stays(100); }
Test(trim, used_medium_objects_stay) { what_is_used_stays(3000); }

Test(trim, large_objects_in_use_stay)
{
    start_heap(true);
    unsigned char *large = lgc_heap_alloc(300000, 16, false, 0, NULL);
    memset(large, 7, 300000);
    fill(100);
    thin_out(0);
    empty_cache();
    cr_expect(lgc_trim(false));
    cr_expect(all_bytes(large, 7, 300000));
    cr_expect_eq(lgc_heap_judge(large), LGC_FREED);
}

Test(trim, blocks_serve_other_sizes_before_the_heap_grows)
{
    lgc_gcheap_spare = lgc_trim_spare;
    start_heap(true);
    fill(400);
    size_t held = lgc_gcheap_held();
    thin_out(0);
    for (int round = 0; round < 5; round++) {
        for (size_t size = 100; size <= 12000; size = size * 2 + 17) {
            int n = (int)(12000000 / size) < MANY ? (int)(12000000 / size) : MANY;
            for (int i = 0; i < n; i++) {
                object[i] = lgc_heap_alloc(size, 16, false, 0, NULL);
                *object[i] = 1;
            }
            for (int i = 0; i < n; i++)
                lgc_heap_free(object[i]);
        }
    }
    cr_expect_leq(lgc_gcheap_held(), held + held / 4);
}

Test(trim, random_sizes_and_trims)
{
    enum { LIVE = 3000 };
    uint64_t state = 3;
    static size_t size[LIVE];

    lgc_gcheap_spare = lgc_trim_spare;
    start_heap(true);
    for (int i = 0; i < 300000; i++) {
        unsigned at = (unsigned)(chance(&state) % LIVE);
        if (object[at] != NULL) {
            if (object[at][0] != at % 251 || object[at][size[at] - 1] != at % 251)
                cr_assert_fail("object %u was written to", at);
            cr_assert_eq(lgc_heap_free(object[at]), LGC_FREED);
        }
        size[at] = 1 + chance(&state) % (i / 20000 % 2 ? 200 : 9000);
        object[at] = lgc_heap_alloc(size[at], 16, false, 0, NULL);
        object[at][0] = object[at][size[at] - 1] = (unsigned char)(at % 251);
        if (i % 5000 == 0)
            lgc_trim(false);
    }
}
