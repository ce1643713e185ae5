/* SPDX-License-Identifier: MIT
 * test_group.c: find/group adds up the entries of a scan, by site and kind. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/mem.h"
#include "capture/track.h"
#include "core.h"
#include "find/group.h"
#include "find/hang.h"

enum { MOST = 2000, SITES = 5, THREADS = 6 };

static struct lgc_entry entry[MOST];
static struct lgc_scan scan = { .entry = entry };
static struct lgc_grouping grouping;

static uint32_t site_id[SITES + 1];

/* Sites 1..5 with as many frames; site 0 is "not known". */
static void begin(void)
{
    lgc_module_refresh();
    lgc_site_init(100, SIZE_MAX);
    for (uintptr_t s = 1; s <= SITES; s++) {
        uintptr_t pc[SITES] = { s, (uintptr_t)begin + 1, 20, 30, 40 };
        site_id[s] = lgc_site_intern(pc, (unsigned)s, 2);
    }
}

static struct lgc_entry *add(enum lgc_kind kind, uint32_t site, size_t size)
{
    struct lgc_entry *e = &entry[scan.count];
    memset(e, 0, sizeof *e);
    e->address = 0x1000 + 64 * scan.count++;
    e->kind = (uint8_t)kind;
    e->size = size;
    e->origin.site = site <= SITES && site_id[site] != 0 ? site_id[site] : site;
    e->origin.thread = 1;
    return e;
}

static const struct lgc_group *build(unsigned kinds)
{
    lgc_group_free(&grouping);
    cr_assert(lgc_group_build(&grouping, &scan, kinds, 1));
    return grouping.finding.groups;
}

enum { ALL = (1 << LGC_KIND_COUNT) - 1 };

Test(group, one_group_for_each_site_and_kind)
{
    begin();
    add(LGC_KIND_DIRECT, 1, 10);
    add(LGC_KIND_DIRECT, 1, 20)->held = (struct lgc_amount){ 300, 3 };
    add(LGC_KIND_DIRECT, 2, 500)->held = (struct lgc_amount){ 1, 1 };
    add(LGC_KIND_INDIRECT, 1, 7);
    add(LGC_KIND_DIRECT, 1, 5)->held = (struct lgc_amount){ 40, 4 };
    scan.live = (struct lgc_amount){ 1000, 99 };
    scan.total[LGC_KIND_DIRECT] = (struct lgc_amount){ 535, 4 };
    const struct lgc_group *g = build(ALL);
    cr_assert_eq(grouping.finding.ngroups, 3);
    cr_expect(g[0].kind == LGC_KIND_DIRECT && g[0].amount.bytes == 500 && g[0].amount.objects == 1);
    cr_expect(g[1].kind == LGC_KIND_DIRECT && g[1].amount.bytes == 35 && g[1].amount.objects == 3);
    cr_expect(g[1].held.bytes == 340 && g[1].held.objects == 7);
    cr_expect(g[2].kind == LGC_KIND_INDIRECT && g[2].amount.bytes == 7);
    cr_expect_eq(grouping.finding.live.bytes, 1000);
    cr_expect_eq(grouping.finding.total[LGC_KIND_DIRECT].bytes, 535);
    g = build(1 << LGC_KIND_INDIRECT);
    cr_assert_eq(grouping.finding.ngroups, 1);
    cr_expect_eq(g[0].amount.bytes, 7);
    cr_expect_eq(grouping.finding.total[LGC_KIND_DIRECT].bytes, 535, "also of kinds without groups");
    build(0);
    cr_expect_eq(grouping.finding.ngroups, 0);
}

Test(group, frames_and_their_modules)
{
    begin();
    add(LGC_KIND_DIRECT, 3, 30);
    add(LGC_KIND_DIRECT, 0, 20);
    add(LGC_KIND_DIRECT, 5, 10);
    const struct lgc_group *g = build(ALL);
    cr_assert_eq(g[0].nframes, 3);
    cr_expect_eq(g[1].nframes, 0, "a site that is not known");
    cr_assert_eq(g[2].nframes, 5);
    cr_expect_eq(g[0].frames[0].pc, 3);
    cr_expect_eq(g[2].frames[0].pc, 5);
    cr_expect_eq(g[2].frames[4].pc, 40);
    cr_expect_eq(g[0].frames[0].module, LGC_NO_MODULE);
    cr_expect(!g[0].frames[0].exact && g[0].frames[1].exact && !g[0].frames[2].exact);
    cr_assert_lt(g[0].frames[1].module, grouping.finding.nmodules);
    const struct lgc_module *m = &grouping.finding.modules[g[0].frames[1].module];
    cr_expect(m->start <= (uintptr_t)begin && (uintptr_t)begin < m->end);
    cr_expect_eq(grouping.finding.nmodules, lgc_module_count());
}

/* A return address may be the first byte of the next function, or module. */
Test(group, a_return_address_belongs_to_the_call_before_it)
{
    lgc_module_refresh();
    lgc_site_init(10, SIZE_MAX);
    uintptr_t start = lgc_module_at(0)->start;
    lgc_site_intern(&start, 1, 0);
    uintptr_t end = lgc_module_at(0)->end;
    lgc_site_intern(&end, 1, 0);
    lgc_site_intern(&start, 1, 1);
    add(LGC_KIND_DIRECT, 1, 30);
    add(LGC_KIND_DIRECT, 2, 20);
    const struct lgc_group *g = build(ALL);
    cr_expect_neq(g[0].frames[0].module, 0);
    cr_expect_eq(g[1].frames[0].module, 0);
}

static bool has_thread(const struct lgc_group *g, uint32_t id)
{
    for (uint32_t i = 0; i < g->nthreads; i++)
        if (g->threads[i] == id)
            return true;
    return false;
}

Test(group, each_thread_is_named_once)
{
    begin();
    lgc_thread_self();
    strcpy(lgc_thread_self()->tag, "mine");
    add(LGC_KIND_DIRECT, 1, 10)->origin.thread = 3;
    add(LGC_KIND_DIRECT, 1, 10)->origin.thread = 1;
    add(LGC_KIND_DIRECT, 1, 10)->origin.thread = 3;
    add(LGC_KIND_DIRECT, 2, 10)->origin.thread = 2;
    const struct lgc_group *g = build(ALL);
    cr_expect_eq(g[0].nthreads, 2);
    cr_expect(has_thread(&g[0], 1) && has_thread(&g[0], 3));
    cr_expect_eq(g[1].nthreads, 1);
    cr_expect(has_thread(&g[1], 2));
    cr_assert_eq(grouping.finding.nthreads, 2, "this one and the others");
    cr_expect_eq(grouping.finding.threads[0].id, 1);
    cr_expect_str_eq(grouping.finding.threads[0].tag, "mine");
    cr_expect_eq(grouping.finding.threads[1].id, LGC_THREAD_MAX);
    cr_expect_null(grouping.finding.threads[1].tag);
}

Test(group, first_and_last)
{
    begin();
    lgc_track_start(8);
    add(LGC_KIND_DIRECT, 1, 10)->origin.time = 50;
    add(LGC_KIND_DIRECT, 1, 10)->origin.time = 7;
    add(LGC_KIND_DIRECT, 1, 10)->origin.time = 900;
    const struct lgc_group *g = build(ALL);
    cr_expect_eq(g[0].first_time_ns, lgc_track_time_ns(7));
    cr_expect_eq(g[0].last_time_ns, lgc_track_time_ns(900));
    cr_expect_eq(g[0].last_time_ns - g[0].first_time_ns, (int64_t)893 << 20);
}

enum { OLD = 0, YOUNG = UINT32_MAX - 1 }; /* before and after every check    */

Test(group, checks_that_found_it_and_that_did_not)
{
    begin();
    lgc_track_start(8);
    for (unsigned check = 1; check <= 5; check++)
        lgc_track_begin_check(check);
    struct lgc_entry *e = add(LGC_KIND_DIRECT, 1, 10);
    e->found_check = 5;  /* the first that missed it; it was there at 4 */
    e->origin.time = OLD;
    const struct lgc_group *g = build(ALL);
    cr_expect_eq(g[0].found_check, 5);
    cr_expect_eq(g[0].last_reachable_check, 4);
    e->origin.time = YOUNG; /* never seen reachable */
    g = build(ALL);
    cr_expect_eq(g[0].last_reachable_check, 0);
    e->origin.time = OLD;
    e = add(LGC_KIND_DIRECT, 1, 10);
    e->found_check = 3;
    e->origin.time = OLD;
    g = build(ALL);
    cr_expect_eq(g[0].found_check, 3, "the first that missed any");
    cr_expect_eq(g[0].last_reachable_check, 4);
    scan.count = 0;
    add(LGC_KIND_DIRECT, 1, 10)->found_check = 1;
    g = build(ALL);
    cr_expect_eq(g[0].last_reachable_check, 0, "there was no check before");
}

static struct lgc_amount model[SITES + 1][LGC_KIND_COUNT];
static uint32_t thread_set[SITES + 1][LGC_KIND_COUNT];

static void random_entries(uint64_t *state)
{
    scan.count = 0;
    memset(model, 0, sizeof model);
    memset(thread_set, 0, sizeof thread_set);
    for (size_t n = chance(state) % MOST; n > 0; n--) {
        uint32_t site = (uint32_t)(chance(state) % (SITES + 1));
        enum lgc_kind kind = (enum lgc_kind)(chance(state) % LGC_KIND_COUNT);
        size_t size = chance(state) % 1000 * 8 + site; /* so that a sum tells its site */
        struct lgc_entry *e = add(kind, site, size);
        e->origin.thread = (uint16_t)(chance(state) % THREADS);
        model[site][kind].bytes += size;
        model[site][kind].objects++;
        thread_set[site][kind] |= 1u << e->origin.thread;
    }
}

static bool as_the_model(const struct lgc_group *g)
{
    uint32_t site = g->nframes, threads = 0; /* site s has s frames */
    for (uint32_t i = 0; i < g->nthreads; i++)
        threads |= 1u << g->threads[i];
    return model[site][g->kind].bytes == g->amount.bytes &&
           model[site][g->kind].objects == g->amount.objects &&
           threads == thread_set[site][g->kind] &&
           g->nthreads == (unsigned)__builtin_popcount(threads);
}

static bool in_order(const struct lgc_group *a, const struct lgc_group *b)
{
    return a->kind != b->kind ? a->kind < b->kind : a->amount.bytes >= b->amount.bytes;
}

Test(group, random_entries)
{
    uint64_t state = 8;
    begin();
    for (int round = 0; round < 200; round++) {
        size_t expected = 0;
        random_entries(&state);
        const struct lgc_group *g = build(ALL);
        for (int s = 0; s <= SITES; s++)
            for (int k = 0; k < LGC_KIND_COUNT; k++)
                expected += model[s][k].objects != 0;
        cr_assert_eq(grouping.finding.ngroups, expected);
        for (size_t i = 0; i < expected; i++)
            if (!as_the_model(&g[i]) || (i > 0 && !in_order(&g[i - 1], &g[i])))
                cr_assert_fail("round %d, group %zu", round, i);
    }
}

Test(group, without_memory)
{
    bool built = false;
    begin();
    add(LGC_KIND_DIRECT, 1, 10);
    build(ALL); /* stacks, once made, stay */
    lgc_group_free(&grouping);
    size_t total = lgc_mem_total();
    for (unsigned n = 1; n < 20 && !built; n++) {
        lgc_mem_fail_after(n);
        built = lgc_group_build(&grouping, &scan, ALL, 1);
        lgc_mem_fail_after(0);
        cr_expect_eq(grouping.finding.ngroups, built);
        lgc_group_free(&grouping);
        cr_expect_eq(lgc_mem_total(), total, "all is given back");
    }
    cr_expect(built);
}

Test(group, without_memory_for_a_stack)
{
    begin();
    add(LGC_KIND_DIRECT, 5, 10);
    for (unsigned n = 1; n < 20; n++) {
        lgc_mem_fail_after(n);
        bool built = lgc_group_build(&grouping, &scan, ALL, 1);
        lgc_mem_fail_after(0);
        if (built) {
            cr_expect_eq(grouping.finding.groups[0].nframes, 5, "complete, or not at all");
            return;
        }
        lgc_group_free(&grouping);
    }
    cr_assert_fail("it never had enough");
}

static struct lgc_group_extra extra(enum lgc_section section, uint32_t n, uint64_t bytes)
{
    return (struct lgc_group_extra){ .section = section, .site = site_id[n], .amount = { bytes, 1 },
                                     .fresh = { 1, 1 }, .time_ns = (int64_t)bytes, .thread = 1 };
}

Test(group, extras_stand_behind_the_losses_by_section_and_site)
{
    begin();
    struct lgc_group_extra extras[] = {
        extra(LGC_SECTION_THREAD, 1, 50), extra(LGC_SECTION_SUSPECT, 2, 20),
        extra(LGC_SECTION_THREAD, 1, 70), extra(LGC_SECTION_THREAD, 3, 10),
    };
    struct lgc_group_more more = { .extra = extras, .nextra = 4 };
    add(LGC_KIND_REACHABLE, 1, 10);
    cr_assert(lgc_group_build_with(&grouping, &scan, ALL, 1, &more));
    const struct lgc_group *g = grouping.finding.groups;
    cr_assert_eq(grouping.finding.ngroups, 4);
    cr_expect(g[0].section == LGC_SECTION_LOSS && g[0].amount.bytes == 10);
    cr_expect(g[1].section == LGC_SECTION_SUSPECT && g[1].kind == LGC_KIND_REACHABLE);
    cr_expect(g[2].section == LGC_SECTION_THREAD && g[2].amount.bytes == 120 && g[2].amount.objects == 2);
    cr_expect_eq(g[2].fresh.objects, 2);
    cr_expect(g[2].first_time_ns == 50 && g[2].last_time_ns == 70 && g[2].nthreads == 1);
    cr_expect(g[3].section == LGC_SECTION_THREAD && g[3].nframes == 3);
}

Test(group, old_losses_are_left_out_and_nothing_else)
{
    begin();
    struct lgc_group_extra one = extra(LGC_SECTION_RECLAIMED, 2, 20);
    struct lgc_group_more more = { .extra = &one, .nextra = 1 };
    one.fresh.objects = 0;
    add(LGC_KIND_DIRECT, 1, 10)->found_check = 4;
    add(LGC_KIND_DIRECT, 2, 10)->found_check = 5;
    cr_assert(lgc_group_build_with(&grouping, &scan, ALL, 5, &more));
    lgc_group_drop_old(&grouping.finding);
    cr_assert_eq(grouping.finding.ngroups, 2);
    cr_expect_eq(grouping.finding.groups[0].nframes, 2);
    cr_expect_eq(grouping.finding.groups[1].section, LGC_SECTION_RECLAIMED);
}

/* Group 1 hangs on the direct ones of sites 2 and 3; then the groups are sorted. */
Test(group, what_hangs_on_what)
{
    begin();
    add(LGC_KIND_DIRECT, 2, 10);
    add(LGC_KIND_DIRECT, 3, 20);
    add(LGC_KIND_DIRECT, 4, 1000);
    for (uint32_t i = 0; i < 5; i++)
        add(LGC_KIND_INDIRECT, 1, 7)->head = i < 3 ? 0 : 1;
    static struct lgc_history none;
    lgc_history_match(&none, &scan, 1);
    const struct lgc_group *g = build(ALL);
    cr_assert_eq(grouping.finding.ngroups, 4);
    cr_expect(g[0].amount.bytes == 1000 && g[0].number == 0, "nothing hangs on it");
    cr_expect(g[1].amount.bytes == 20 && g[2].amount.bytes == 10);
    cr_expect(g[1].number != 0 && g[2].number != 0 && g[1].number != g[2].number);
    cr_assert_eq(g[3].nhangs, 2);
    for (int i = 0; i < 2; i++) {
        bool first = g[3].hangs[i].number == g[2].number;
        cr_expect(first || g[3].hangs[i].number == g[1].number);
        cr_expect_eq(g[3].hangs[i].amount.objects, first ? 3 : 2);
        cr_expect_eq(g[3].hangs[i].amount.bytes, first ? 21 : 14);
    }
    g = build(1 << LGC_KIND_INDIRECT);
    cr_expect_eq(g[0].nhangs, 0, "its holders have no group");
}

Test(group, many_hang_on_many)
{
    begin();
    struct lgc_hangs hangs = { .count = 0 };
    for (uint32_t i = 0; i < 300000; i++)
        cr_assert(lgc_hangs_add(&hangs, 1 + i % 7, 1 + i % 1000, i % 3));
    cr_expect_eq(hangs.count, 7000);
    lgc_hangs_sort(&hangs);
    uint64_t objects = 0, bytes = 0;
    for (size_t i = 0; i < hangs.count; i++) {
        cr_expect(i == 0 || hangs.pair[i - 1].group <= hangs.pair[i].group);
        objects += hangs.pair[i].amount.objects;
        bytes += hangs.pair[i].amount.bytes;
    }
    cr_expect_eq(objects, 300000);
    cr_expect_eq(bytes, 300000);
    lgc_hangs_free(&hangs);
}
