/* SPDX-License-Identifier: MIT
 * test_gcheap.c: heap/gcheap gives objects of libgc, and its mark phase reaches what our roots reach. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "core.h"

Test(gcheap, a_list_of_equal_objects)
{
    start_heap(false);
    for (size_t size = 16; size <= 2032; size += 16) {
        char *first = lgc_gcheap_many(size), *p;
        size_t n = 0, bad = 0;
        for (p = first; p != NULL; p = *(char **)p, n++)
            bad += lgc_gcheap_size(p) != size || lgc_gcheap_base(p) != p ||
                   lgc_gcheap_base(p + size - 1) != p || (uintptr_t)p % 4096 % size != 0;
        cr_expect_geq(n, 1, "%zu bytes", size);
        cr_expect_leq(n, 4096 / size, "%zu bytes", size);
        cr_expect_eq(bad, 0, "%zu bytes", size);
    }
}

Test(gcheap, large_objects_have_their_own_pages)
{
    static const size_t sizes[] = { 1, 4095, 4096, 4097, 100000, 1 << 20, (5 << 20) + 1 };
    start_heap(false);
    for (int i = 0; i < 7; i++) {
        size_t pages = (sizes[i] + 4095) / 4096 * 4096;
        char *p = lgc_gcheap_large(sizes[i]);
        cr_assert_not_null(p);
        cr_expect_eq((uintptr_t)p % 4096, 0);
        cr_expect_eq(lgc_gcheap_size(p), pages, "%zu: not a page in vain", sizes[i]);
        cr_expect_eq(lgc_gcheap_base(p), p);
        cr_expect_eq(lgc_gcheap_base(p + sizes[i] / 2), p);
        cr_expect_eq(lgc_gcheap_base(p + pages - 1), p);
        memset(p, 255, pages);
        lgc_gcheap_free(p);
        cr_expect_null(lgc_gcheap_base(p));
    }
    cr_expect_null(lgc_gcheap_large(SIZE_MAX));
    cr_expect_null(lgc_gcheap_large(SIZE_MAX - 4094));
    cr_expect_null(lgc_gcheap_large(SIZE_MAX / 2));
    cr_expect_null(lgc_gcheap_base(&sizes));
    cr_expect_null(lgc_gcheap_base(NULL));
}

Test(gcheap, the_footprint)
{
    uint64_t held, unused, later, unused_later;
    start_heap(false);
    lgc_gcheap_footprint(&held, &unused);
    cr_expect_leq(unused, held);
    cr_expect_not_null(lgc_gcheap_large(64 << 20));
    lgc_gcheap_footprint(&later, &unused_later);
    cr_expect_geq(later, held + (64 << 20) - unused);
    cr_expect_leq(later - unused_later, held - unused + (64 << 20) + (1 << 20));
    cr_expect_geq(later - unused_later, held - unused + (64 << 20));
}

Test(gcheap, libgc_sees_no_environment)
{
    setenv("GC_MAXIMUM_HEAP_SIZE", "1", 1);
    setenv("GC_INITIAL_HEAP_SIZE", "64M", 1);
    start_heap(false);
    uint64_t held, unused;
    lgc_gcheap_footprint(&held, &unused);
    cr_expect_lt(held, 64 << 20);
    cr_expect_not_null(lgc_gcheap_large(1 << 20));
    cr_expect_str_eq(getenv("GC_INITIAL_HEAP_SIZE"), "64M", "the program does");
}

static void note(void *arg) { *(int *)arg = 1; }

Test(gcheap, work_under_the_lock)
{
    int done = 0;
    start_heap(false);
    lgc_gcheap_locked(note, &done);
    cr_expect_eq(done, 1);
    cr_expect_not_null(lgc_gcheap_large(1), "the lock is free again");
}

Test(gcheap, marks)
{
    start_heap(false);
    char *p = lgc_gcheap_many(64), *q = *(char **)p, *large = lgc_gcheap_large(10000);
    lgc_gcheap_set_mark(p);
    lgc_gcheap_clear_mark(q);
    lgc_gcheap_set_mark(large);
    cr_expect(lgc_gcheap_is_marked(p));
    cr_expect_not(lgc_gcheap_is_marked(q));
    cr_expect(lgc_gcheap_is_marked(large));
    lgc_gcheap_clear_mark(p);
    lgc_gcheap_clear_mark(large);
    cr_expect_not(lgc_gcheap_is_marked(p));
    cr_expect_not(lgc_gcheap_is_marked(large));
}

/* A mark phase over nine objects of 64 bytes and one large one. */
enum { A, B, C, D, E, F, G, H, I, LARGE, OBJECTS };
static char *object[OBJECTS];
static void *roots[4];
static bool kept[OBJECTS];      /* stays marked: neither reached nor traced    */
static bool reached[OBJECTS];
static char order[8];           /* the hooks as they came                       */
static char *all[65];            /* everything that libgc has given us          */
static size_t nall;

static void on_start(void *arg)
{
    strcat(arg, "s");
    for (size_t i = 0; i < nall; i++)
        lgc_gcheap_set_mark(all[i]);
}

static void on_roots(void *arg)
{
    strcat(arg, "r");
    for (int i = 0; i < OBJECTS; i++)
        if (!kept[i])
            lgc_gcheap_clear_mark(object[i]);
    lgc_gcheap_push((uintptr_t)roots, (uintptr_t)(roots + 3)); /* not the last */
}

static void on_done(void *arg)
{
    strcat(arg, "d");
    for (int i = 0; i < OBJECTS; i++)
        reached[i] = lgc_gcheap_is_marked(object[i]);
    for (size_t i = 0; i < nall; i++)
        lgc_gcheap_set_mark(all[i]);
}

static void make_objects(void)
{
    for (char *p = lgc_gcheap_many(64), *next; p != NULL && nall < 64; p = next) {
        next = *(char **)p;
        memset(p, 0, 64);
        all[nall++] = p;
    }
    cr_assert_geq(nall, LARGE);
    all[nall++] = lgc_gcheap_large(100000);
    memset(all[nall - 1], 0, 100000);
    for (int i = 0; i < OBJECTS; i++)
        object[i] = i == LARGE ? all[nall - 1] : all[i];
}

static void point(int from, size_t offset, void *to)
{
    memcpy(object[from] + offset, &to, sizeof to);
}

static void mark(void)
{
    struct lgc_gcheap_hooks hooks = { on_start, on_roots, on_done, order };
    memset(order, 0, sizeof order);
    lgc_gcheap_mark(&hooks);
}

static void expect_reached(const char *which)
{
    char found[OBJECTS + 1] = "";
    for (int i = 0; i < OBJECTS; i++)
        if (reached[i] && !kept[i])
            found[strlen(found)] = "ABCDEFGHIL"[i];
    cr_expect_str_eq(found, which);
}

Test(gcheap, a_mark_phase_reaches_what_our_roots_reach)
{
    start_heap(false);
    make_objects();
    roots[0] = object[A];
    point(A, 0, object[B]);          /* a chain */
    point(B, 56, object[C] + 63);    /* the last word, to the last byte */
    point(C, 0, object[A]);          /* a cycle */
    roots[3] = object[D];            /* a root that is not pushed */
    roots[1] = object[E] + 32;       /* an interior pointer */
    point(E, 4, object[F]);          /* not aligned */
    point(E, 16, object[LARGE] + 99999);
    point(LARGE, 99992, object[G]);
    point(H, 0, object[I]);          /* nothing leads to them */
    point(I, 0, object[H]);
    mark();
    cr_expect_str_eq(order, "srd");
    expect_reached("ABCEGL");
}

Test(gcheap, what_stays_marked_is_not_traced)
{
    start_heap(false);
    make_objects();
    roots[0] = object[A];
    point(A, 0, object[B]);
    point(B, 0, object[C]);
    kept[B] = true;
    mark();
    expect_reached("A");
    kept[B] = false;
    mark();
    expect_reached("ABC");
}

Test(gcheap, no_stack_and_no_register_is_a_root)
{
    start_heap(false);
    make_objects();
    char *volatile here[OBJECTS];
    for (int i = 0; i < OBJECTS; i++)
        here[i] = object[i];
    mark();
    expect_reached("");
    cr_expect_eq(here[A], object[A]);
}

Test(gcheap, what_only_looks_like_a_pointer_keeps_no_free_page)
{
    enum { FREE = 200 << 10, PIECE = 20000 };
    start_heap(false);
    make_objects();
    lgc_gcheap_free(lgc_gcheap_large(4 * FREE)); /* the heap is large enough */
    char *gone = lgc_gcheap_large(FREE);
    lgc_gcheap_free(gone);
    roots[0] = object[LARGE];
    for (size_t i = 0; i < FREE; i += LGC_GCHEAP_PAGE)
        point(LARGE, i / LGC_GCHEAP_PAGE * sizeof(void *), gone + i + 64);
    mark();
    expect_reached("L");
    char *again = lgc_gcheap_large(FREE);
    cr_expect_eq(again, gone, "the first that is large enough");
    cr_expect_not_null(lgc_gcheap_large(PIECE));
}

Test(gcheap, nothing_is_freed_or_written)
{
    start_heap(false);
    make_objects();
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < OBJECTS; i++)
            memset(object[i], round + i, 64);
        mark();
        for (int i = 0; i < OBJECTS; i++)
            cr_expect(lgc_gcheap_base(object[i]) == object[i] &&
                      all_bytes(object[i], (unsigned char)(round + i), 64));
    }
    for (char *p = lgc_gcheap_many(64); p != NULL; p = *(char **)p)
        for (int i = 0; i < OBJECTS; i++)
            cr_expect_neq(p, object[i], "given away again");
}
