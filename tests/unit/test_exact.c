/* SPDX-License-Identifier: MIT
 * test_exact.c: find/exact tells what is reached by pointers to the start of objects alone. */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "core.h"
#include "find/exact.h"
#include "world/region.h"

enum { ALL = (1 << LGC_KIND_COUNT) - 1 };

static void *words[4]; /* the only roots */
static struct lgc_scan scan;

static void begin(void)
{
    start_world(10);
    lgc_region_add_root((uintptr_t)words, (uintptr_t)(words + 4));
}

static char *make(size_t size) { return lgc_heap_alloc(size, 16, true, 0, NULL); }

static void point(char *from, size_t offset, char *to) { memcpy(from + offset, &to, sizeof to); }

static bool run(void)
{
    memset(&scan, 0, sizeof scan);
    scan.roots.regions = true;
    scan.kinds = ALL;
    return check_heap(&scan);
}

static int kind_of(const char *p)
{
    for (size_t i = 0; i < scan.count; i++)
        if (scan.entry[i].address == (uintptr_t)p)
            return scan.entry[i].kind;
    return -1;
}

static const size_t sizes[] = { 16, 100, 5000, 50000 };

Test(exact, a_pointer_to_the_start_or_to_the_inside)
{
    begin();
    for (int i = 0; i < 4; i++) {
        char *p = make(sizes[i]);
        words[0] = p;
        cr_assert(run());
        cr_expect_eq(kind_of(p), LGC_KIND_REACHABLE, "%zu bytes", sizes[i]);
        words[0] = p + 8;
        cr_assert(run());
        cr_expect_eq(kind_of(p), LGC_KIND_POSSIBLE, "%zu bytes", sizes[i]);
        words[1] = p;
        cr_assert(run());
        cr_expect_eq(kind_of(p), LGC_KIND_REACHABLE, "either is enough");
        words[0] = words[1] = NULL;
        cr_assert(run());
        cr_expect_eq(kind_of(p), LGC_KIND_DIRECT);
        lgc_heap_free(p);
        cr_assert(run());
        cr_expect_eq(kind_of(p), -1);
    }
}

Test(exact, along_a_chain)
{
    char *object[16];
    begin();
    for (int i = 0; i < 16; i++)
        object[i] = make(sizes[i % 4]);
    words[0] = object[0];
    for (int i = 0; i < 15; i++)
        point(object[i], 8, object[i + 1] + (i == 7 ? 3 : 0));
    cr_assert(run());
    for (int i = 0; i < 16; i++)
        cr_expect_eq(kind_of(object[i]), i < 8 ? LGC_KIND_REACHABLE : LGC_KIND_POSSIBLE, "object %d", i);
    cr_expect_eq(scan.total[LGC_KIND_REACHABLE].objects, 8);
    cr_expect_eq(scan.total[LGC_KIND_POSSIBLE].objects, 8);
    cr_expect_eq(scan.live.objects, 16);
    cr_expect_eq(scan.total[LGC_KIND_REACHABLE].bytes, 2 * (16 + 100 + 5000 + 50000));
    cr_expect_eq(scan.live.bytes, 4 * (16 + 100 + 5000 + 50000));
}

Test(exact, the_contents_of_ignored_objects_are_roots)
{
    struct lgc_object o;
    begin();
    for (int i = 0; i < 4; i++) {
        char *ignored = make(sizes[i]), *start = make(100), *inside = make(5000);
        point(ignored, 0, start);
        point(ignored, 8, inside + 8);
        cr_assert(lgc_heap_find(ignored, true, &o));
        lgc_heap_ignore(&o);
        cr_assert(run());
        cr_expect_eq(kind_of(ignored), LGC_KIND_REACHABLE, "%zu bytes", sizes[i]);
        cr_expect_eq(kind_of(start), LGC_KIND_REACHABLE, "from %zu bytes", sizes[i]);
        cr_expect_eq(kind_of(inside), LGC_KIND_POSSIBLE, "from %zu bytes", sizes[i]);
    }
    char *lost = make(100);
    cr_assert(run());
    cr_expect_eq(kind_of(lost), LGC_KIND_DIRECT);
}

/* As libgc does: what malloc_usable_size tells may be used. */
Test(exact, pointers_behind_the_requested_bytes)
{
    begin();
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 4; k++) {
            char *from = make(sizes[i] - 13), *to = make(sizes[k]);
            words[0] = from;
            point(from, lgc_heap_usable(from) / 8 * 8 - 8, to);
            cr_assert(run());
            cr_expect_eq(kind_of(to), LGC_KIND_REACHABLE, "from %zu to %zu", sizes[i], sizes[k]);
        }
}

Test(exact, so_are_those_of_threads_that_the_parent_has)
{
    struct lgc_origin origin = { .thread = 1 };
    begin();
    char *theirs = lgc_heap_alloc(100, 16, true, 0, &origin), *mine = make(100);
    point(theirs, 0, mine);
    cr_assert(run());
    cr_expect_eq(kind_of(theirs), LGC_KIND_DIRECT);
    lgc_thread_at(1)->left_behind = true;
    cr_assert(run());
    cr_expect_eq(kind_of(theirs), LGC_KIND_REACHABLE);
    cr_expect_eq(kind_of(mine), LGC_KIND_REACHABLE);
}

Test(exact, only_aligned_words_count)
{
    begin();
    char *from = make(100), *aligned = make(100), *shifted = make(100);
    words[0] = from;
    point(from, 16, aligned);
    point(from, 33, shifted);
    cr_assert(run());
    cr_expect_eq(kind_of(aligned), LGC_KIND_REACHABLE);
    cr_expect_eq(kind_of(shifted), LGC_KIND_DIRECT);
}

/* The module itself, on the roots that were collected. */
static bool collect(void)
{
    struct lgc_root_kinds kinds = { .regions = true };
    struct lgc_stopped self;
    lgc_stop_here(&self, (uintptr_t)__builtin_frame_address(0), NULL);
    return lgc_root_collect(&kinds, &self);
}

static bool reached(const char *p)
{
    struct lgc_object o;
    return lgc_heap_find(p, true, &o) && lgc_exact_reached(o.block, o.slot);
}

Test(exact, again_and_again)
{
    begin();
    char *a = make(100), *b = make(100);
    cr_assert(collect());
    for (int round = 0; round < 10; round++) {
        words[0] = round % 2 ? a : b;
        cr_expect(lgc_exact_trace());
        cr_expect_eq(reached(a), round % 2 == 1, "round %d", round);
        cr_expect_eq(reached(b), round % 2 == 0, "round %d", round);
        lgc_exact_end();
    }
    size_t total = lgc_mem_total();
    lgc_exact_trace();
    lgc_exact_end();
    cr_expect_eq(lgc_mem_total(), total);
}

Test(exact, without_memory_everything_counts_as_reached)
{
    begin();
    char *reachable = make(100), *lost = make(100);
    words[0] = reachable;
    cr_assert(collect());
    for (unsigned n = 1; n <= 2; n++) {
        lgc_mem_fail_after(n);
        cr_expect_not(lgc_exact_trace(), "mapping %u fails", n);
        lgc_mem_fail_after(0);
        cr_expect(reached(reachable) && reached(lost));
        lgc_exact_end();
    }
    cr_expect(lgc_exact_trace());
    cr_expect(reached(reachable) && !reached(lost));
    lgc_exact_end();
}
