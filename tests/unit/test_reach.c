/* SPDX-License-Identifier: MIT
 * test_reach.c: find/reach tells what is reached, and what by pointers to the start of objects alone.
 *
 * Random heaps are compared with a search that knows only what was written where, and with libgc's marker. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/mem.h"
#include "core.h"
#include "find/reach.h"
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

Test(reach, a_pointer_to_the_start_or_to_the_inside)
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

Test(reach, along_a_chain)
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

Test(reach, the_contents_of_ignored_objects_are_roots)
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
Test(reach, pointers_behind_the_requested_bytes)
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

Test(reach, so_are_those_of_threads_that_the_parent_has)
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

Test(reach, only_aligned_words_count)
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
    struct lgc_spot s;

    return lgc_field_find((uintptr_t)p, &s) &&
           (lgc_reach_word(s.bit / 64) >> (s.bit % 64) & 1) != 0;
}

static void end(void)
{
    lgc_reach_end();
    lgc_field_free();
}

Test(reach, again_and_again)
{
    begin();
    char *a = make(100), *b = make(100);
    cr_assert(collect());
    for (int round = 0; round < 10; round++) {
        words[0] = round % 2 ? a : b;
        cr_expect(lgc_field_make() && lgc_reach_run(1));
        cr_expect_eq(reached(a), round % 2 == 1, "round %d", round);
        cr_expect_eq(reached(b), round % 2 == 0, "round %d", round);
        end();
    }
    size_t total = lgc_mem_total();
    cr_expect(lgc_field_make() && lgc_reach_run(1));
    end();
    cr_expect_eq(lgc_mem_total(), total);
}

/* Each mapping refused in turn, in a heap that needs all kinds of them. */
Test(reach, without_memory_everything_counts_as_reached)
{
    bool refused = false, served = false;
    begin();
    char *inside = make(100), *lost = make(100);
    words[0] = inside + 8;
    cr_assert(collect());
    for (unsigned n = 1; n < 12; n++) {
        cr_assert(lgc_field_make());
        lgc_mem_fail_after(n);
        bool ok = lgc_reach_run(1);
        lgc_mem_fail_after(0);
        cr_expect(reached(inside));
        cr_expect_eq(reached(lost), !ok, "mapping %u fails", n);
        refused = refused || !ok;
        served = ok;
        end();
    }
    cr_expect(refused && served);
}

Test(reach, without_memory_for_its_tables_a_check_finds_nothing_lost)
{
    bool refused = false, served = false;
    begin();
    make(100);
    make(100000);
    for (unsigned n = 1; n < 40; n++) {
        lgc_mem_fail_after(n);
        bool ok = run();
        lgc_mem_fail_after(0);
        if (ok)
            cr_expect_eq(scan.total[LGC_KIND_DIRECT].objects, 2);
        else
            cr_expect_leq(scan.total[LGC_KIND_DIRECT].objects, 2);
        refused = refused || !ok;
        served = ok;
        lgc_scan_free(&scan);
    }
    cr_expect(refused && served);
}

/* ---- random heaps ------------------------------------------------------ */

enum { NODES = 20000, OUT = 3 };

static char *node[NODES];
static size_t node_size[NODES];
static int to[NODES][OUT];       /* -1: nothing                              */
static size_t inside[NODES][OUT];
static int kind[NODES];          /* 0: not reached, 1: possible, 2: reachable */

static size_t some_size(uint64_t *seed)
{
    static const size_t most[] = { 64, 300, 2000, 16000, 200000 };
    uint64_t r = chance(seed) % 1000;
    size_t max = most[r < 700 ? 0 : r < 900 ? 1 : r < 980 ? 2 : r < 999 ? 3 : 4];

    return OUT * sizeof(void *) + chance(seed) % max;
}

/* Sparse, so that much is lost; or a chain; a fifth of the pointers lead inside. */
static void make_graph(uint64_t *seed, bool chain)
{
    for (int i = 0; i < NODES; i++) {
        node_size[i] = some_size(seed);
        node[i] = make(node_size[i]);
        cr_assert_not_null(node[i]);
        /* Markers read what was not asked for too: the heap before left pointers there. */
        memset(node[i], 0, lgc_heap_usable(node[i]));
    }
    for (int i = 0; i < NODES; i++)
        for (int k = 0; k < OUT; k++) {
            int t = chain && k == 0 ? i + 1 : chance(seed) % 2 == 0 ? (int)(chance(seed) % NODES) : -1;

            to[i][k] = t < NODES && (k < 2 || !chain) ? t : -1;
            if (to[i][k] < 0)
                continue;
            inside[i][k] = chance(seed) % 5 == 0 ? chance(seed) % node_size[t] : 0;
            point(node[i], (size_t)k * sizeof(void *), node[t] + inside[i][k]);
        }
}

/* Breadth first, over the graph as it was drawn: no address is looked at. */
static void search(const int *from, int n, bool interior, int as)
{
    static int queue[NODES];
    int first = 0, last = 0;

    for (int i = 0; i < n; i++)
        if (kind[from[i]] == 0) {
            kind[from[i]] = as;
            queue[last++] = from[i];
        }
    for (int i = 0; interior && i < NODES; i++)
        if (kind[i] != 0 && kind[i] != as)
            queue[last++] = i;
    while (first < last) {
        int i = queue[first++];

        for (int k = 0; k < OUT; k++)
            if (to[i][k] >= 0 && (interior || inside[i][k] == 0) && kind[to[i][k]] == 0) {
                kind[to[i][k]] = as;
                queue[last++] = to[i][k];
            }
    }
}

static int order[NODES]; /* of their addresses                             */

static int by_address(const void *x, const void *y)
{
    const char *a = node[*(const int *)x], *b = node[*(const int *)y];

    return a < b ? -1 : a > b;
}

static int node_at(uintptr_t address)
{
    int lo = 0, hi = NODES;

    while (lo < hi) {
        int mid = (lo + hi) / 2;

        if ((uintptr_t)node[order[mid]] < address)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < NODES && (uintptr_t)node[order[lo]] == address ? order[lo] : -1;
}

static bool is_of(int found, int drawn)
{
    return drawn == 2   ? found == LGC_KIND_REACHABLE
           : drawn == 1 ? found == LGC_KIND_POSSIBLE
                        : found == LGC_KIND_DIRECT || found == LGC_KIND_INDIRECT;
}

/* The check, by so many markers and by libgc's, against the search. */
static void compare(unsigned markers)
{
    int wrong = 0;

    memset(&scan, 0, sizeof scan);
    scan.roots.regions = true;
    scan.kinds = ALL;
    scan.markers = markers;
    scan.confirm = LGC_CONFIRM_ALL;
    cr_assert(check_heap(&scan));
    cr_expect_eq(scan.compared, NODES, "libgc's marker was asked for %zu", scan.compared);
    cr_expect_eq(scan.differ, 0, "libgc's marker says another thing of %zu", scan.differ);
    cr_expect_eq(scan.live.objects, NODES);
    cr_expect_eq(scan.count, NODES, "%zu entries", scan.count);
    for (size_t e = 0; e < scan.count; e++) {
        int i = node_at(scan.entry[e].address);

        wrong += i < 0 || !is_of(scan.entry[e].kind, kind[i]) || scan.entry[e].size != node_size[i];
    }
    cr_expect_eq(wrong, 0, "%d wrong with %u markers", wrong, markers);
    lgc_scan_free(&scan);
}

static void random_heap(uint64_t seed, bool chain)
{
    size_t at[3] = { 0 };
    int roots[4];

    make_graph(&seed, chain);
    memset(kind, 0, sizeof kind);
    for (int i = 0; i < 4; i++) {
        roots[i] = chain ? 0 : (int)(chance(&seed) % NODES);
        words[i] = node[roots[i]];
    }
    search(roots, 4, false, 2);
    search(NULL, 0, true, 1);
    for (int i = 0; i < NODES; i++) {
        order[i] = i;
        at[kind[i]]++;
    }
    cr_assert(at[1] > 0 && at[2] > 0 && (chain || at[0] > 0), "%zu %zu %zu", at[0], at[1], at[2]);
    qsort(order, NODES, sizeof *order, by_address);
    for (unsigned markers = 1; markers <= 4; markers++)
        compare(markers);
    for (int i = 0; i < NODES; i++)
        lgc_heap_free(node[i]);
}

Test(reach, random_heaps)
{
    begin();
    for (uint64_t seed = 1; seed <= 8; seed++)
        random_heap(seed, false);
}

Test(reach, random_chains)
{
    begin();
    for (uint64_t seed = 1; seed <= 4; seed++)
        random_heap(seed, true);
}

/* More pointers at once than a chunk or a piece of a root holds, in objects that
 * are read in pieces. */
/* What the loader has lost is no leak: libgc need not look at the whole heap for it. */
Test(reach, libgc_is_asked_where_something_is_lost)
{
    begin();
    words[0] = make(100);
    cr_assert_not_null(lgc_heap_alloc(100, 16, true, LGC_INFO_INTERNAL, NULL));
    for (int lost = 0; lost < 2; lost++) {
        memset(&scan, 0, sizeof scan);
        scan.roots.regions = true;
        scan.confirm = LGC_CONFIRM_LOST;
        cr_assert(check_heap(&scan));
        cr_expect_eq(scan.compared, lost ? 3 : 0, "%zu with %d lost", scan.compared, lost);
        cr_expect_eq(scan.total[LGC_KIND_DIRECT].objects, lost);
        lgc_scan_free(&scan);
        cr_assert_not_null(make(100));
    }
}

Test(reach, wide_objects_by_many_markers)
{
    enum { WIDE = 300000 };
    begin();
    char **wide = (char **)make(WIDE * sizeof *wide);
    words[0] = wide;
    for (int i = 0; i < WIDE; i++) {
        wide[i] = make(24);
        if (i % 2)
            point(wide[i - 1], 8, wide[i] + 8);
        if (i % 2)
            wide[i] = NULL;
    }
    for (int i = 0; i < 10; i++)
        make(24);
    for (unsigned markers = 1; markers <= 8; markers *= 2) {
        memset(&scan, 0, sizeof scan);
        scan.roots.regions = true;
        scan.markers = markers;
        cr_assert(check_heap(&scan));
        cr_expect_eq(scan.total[LGC_KIND_REACHABLE].objects, WIDE / 2 + 1);
        cr_expect_eq(scan.total[LGC_KIND_POSSIBLE].objects, WIDE / 2);
        cr_expect_eq(scan.total[LGC_KIND_DIRECT].objects, 10);
        lgc_scan_free(&scan);
    }
}

/* A root of many pieces, as a mapping of the program's may be. */
Test(reach, large_roots_by_many_markers)
{
    enum { WORDS = 1 << 19 };
    begin();
    void **root = mmap(NULL, WORDS * sizeof *root, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert(root != MAP_FAILED);
    lgc_region_add_root((uintptr_t)root, (uintptr_t)(root + WORDS));
    for (int i = 0; i < WORDS; i += 16)
        root[i] = make(16);
    root[WORDS - 1] = make(16);
    for (unsigned markers = 1; markers <= 8; markers *= 2) {
        memset(&scan, 0, sizeof scan);
        scan.roots.regions = true;
        scan.markers = markers;
        cr_assert(check_heap(&scan));
        cr_expect_eq(scan.total[LGC_KIND_REACHABLE].objects, WORDS / 16 + 1);
        cr_expect_eq(scan.total[LGC_KIND_DIRECT].objects, 0);
        lgc_scan_free(&scan);
    }
}
