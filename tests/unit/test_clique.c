/* SPDX-License-Identifier: MIT
 * test_clique.c: find/clique chooses one head for each lost thing that nothing else holds.
 *
 * A graph is made of objects that nothing reaches; what the check says of it is
 * compared with what the matrix of all paths says. */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "core.h"
#include "find/clique.h"
#include "find/field.h"

enum { MOST = 40, SITES = 100 };

static int nodes;
static bool edge[MOST][MOST], path[MOST][MOST];
static char *node[MOST];
static size_t size[MOST];
static uint32_t age[MOST];        /* its site: 1 is the oldest                */
static struct lgc_scan scan;
static int entry_of[MOST];        /* index into scan.entry                    */

static void begin(void)
{
    start_world(SITES);
    for (uintptr_t i = 1; i <= SITES; i++)
        lgc_site_intern(&i, 1, 0);
}

static void clear(int n)
{
    nodes = n;
    memset(edge, 0, sizeof edge);
    for (int i = 0; i < n; i++) {
        size[i] = sizeof(void *) * MOST;
        age[i] = (uint32_t)i + 1;
    }
}

/* Each object has a word for each edge; `inside` bytes into the other one. */
static void make_objects(size_t inside)
{
    for (int i = 0; i < nodes; i++) {
        struct lgc_origin origin = { .site = age[i] };
        node[i] = lgc_heap_alloc(size[i], 16, true, 0, &origin);
        cr_assert_not_null(node[i]);
    }
    for (int i = 0; i < nodes; i++)
        for (int k = 0; k < nodes; k++)
            if (edge[i][k])
                ((char **)node[i])[k] = node[k] + inside;
}

static void free_objects(void)
{
    for (int i = 0; i < nodes; i++)
        lgc_heap_free(node[i]);
}

static void find_paths(void)
{
    memcpy(path, edge, sizeof path);
    for (int i = 0; i < nodes; i++)
        path[i][i] = true;
    for (int k = 0; k < nodes; k++)
        for (int i = 0; i < nodes; i++)
            for (int j = 0; j < nodes; j++)
                path[i][j] = path[i][j] || (path[i][k] && path[k][j]);
}

static bool run(void)
{
    memset(&scan, 0, sizeof scan);
    return check_heap(&scan);
}

static bool find_entries(void)
{
    for (int i = 0; i < nodes; i++) {
        entry_of[i] = -1;
        for (size_t e = 0; e < scan.count; e++)
            if (scan.entry[e].address == (uintptr_t)node[i])
                entry_of[i] = (int)e;
        if (entry_of[i] < 0 || scan.entry[entry_of[i]].size != size[i])
            return false;
    }
    return scan.count == (size_t)nodes;
}

static bool direct(int i) { return scan.entry[entry_of[i]].kind == LGC_KIND_DIRECT; }

/* Nothing holds it but what it holds itself. */
static bool is_source(int i)
{
    for (int k = 0; k < nodes; k++)
        if (path[k][i] && !path[i][k])
            return false;
    return true;
}

/* Of those that reach each other, the oldest. */
static int eldest(int i)
{
    int found = i;
    for (int k = 0; k < nodes; k++)
        if (path[i][k] && path[k][i] && age[k] < age[found])
            found = k;
    return found;
}

static bool held_by(int head, int i) { return scan.entry[entry_of[i]].head == (uint32_t)entry_of[head]; }

static const char *wrong_with_head(int i)
{
    struct lgc_amount held = { 0, 0 };
    const struct lgc_entry *e = &scan.entry[entry_of[i]];
    for (int k = 0; k < nodes; k++) {
        if (k == i || !held_by(i, k))
            continue;
        held.objects++;
        held.bytes += size[k];
    }
    if (!held_by(i, i))
        return "a head hangs on another";
    return held.objects != e->held.objects || held.bytes != e->held.bytes ? "what it holds" : NULL;
}

static const char *wrong_with_other(int i)
{
    const struct lgc_entry *e = &scan.entry[entry_of[i]];
    if (e->kind != LGC_KIND_INDIRECT)
        return "its kind";
    if (e->held.objects != 0 || e->held.bytes != 0)
        return "it holds something";
    for (int k = 0; k < nodes; k++)
        if (held_by(k, i))
            return direct(k) && path[k][i] ? NULL : "its head does not reach it";
    return "it has no head";
}

/* What is wrong with the answer, or NULL. */
static const char *wrong(void)
{
    find_paths();
    if (!find_entries())
        return "not every object is in it once";
    for (int i = 0; i < nodes; i++) {
        const char *what = NULL;
        if (direct(i) != (is_source(i) && eldest(i) == i))
            return "the heads are not the eldest of the sources";
        what = direct(i) ? wrong_with_head(i) : wrong_with_other(i);
        if (what != NULL)
            return what;
    }
    return NULL;
}

static void expect_right(size_t inside)
{
    make_objects(inside);
    cr_expect(run());
    const char *what = wrong();
    cr_expect_null(what, "%s", what);
}

static void expect_heads(const char *heads)
{
    char found[MOST + 1] = "";
    for (int i = 0; i < nodes; i++)
        found[i] = direct(i) ? 'H' : '.';
    cr_expect_str_eq(found, heads);
}

Test(clique, a_chain_hangs_on_its_first)
{
    begin();
    clear(6);
    edge[5][4] = edge[4][3] = edge[3][2] = edge[2][1] = edge[1][0] = true;
    expect_right(0);
    expect_heads(".....H");
    cr_expect_eq(scan.entry[entry_of[5]].held.objects, 5);
    cr_expect_eq(scan.total[LGC_KIND_DIRECT].objects, 1);
    cr_expect_eq(scan.total[LGC_KIND_INDIRECT].objects, 5);
}

Test(clique, a_cycle_hangs_on_its_oldest)
{
    begin();
    clear(5);
    edge[0][1] = edge[1][2] = edge[2][3] = edge[3][4] = edge[4][0] = true;
    age[0] = 50;
    age[3] = 1;
    age[1] = 40;
    expect_right(0);
    expect_heads("...H.");
}

Test(clique, two_cycles_of_which_one_holds_the_other)
{
    begin();
    clear(6);
    edge[0][1] = edge[1][2] = edge[2][0] = true;
    edge[3][4] = edge[4][5] = edge[5][3] = true;
    edge[5][1] = true;
    expect_right(0);
    expect_heads("...H..");
    cr_expect_eq(scan.entry[entry_of[3]].held.objects, 5);
}

Test(clique, lone_objects_and_one_that_holds_itself)
{
    begin();
    clear(4);
    edge[2][2] = true;
    expect_right(0);
    expect_heads("HHHH");
}

Test(clique, what_two_hold_is_held_once)
{
    begin();
    clear(3);
    edge[0][2] = edge[1][2] = true;
    expect_right(0);
    expect_heads("HH.");
}

Test(clique, interior_pointers_hold_too)
{
    begin();
    clear(4);
    edge[3][2] = edge[2][1] = edge[1][0] = true;
    expect_right(131);
    expect_heads("...H");
}

Test(clique, small_medium_and_large_objects)
{
    begin();
    clear(6);
    size[0] = 50000;
    size[1] = 5000;
    size[2] = 500000;
    size[4] = 10000;
    edge[0][1] = edge[1][2] = edge[2][3] = edge[3][4] = edge[4][0] = edge[5][2] = true;
    expect_right(0);
    expect_heads(".....H");
}

static void random_graph(uint64_t *state)
{
    clear(1 + (int)(chance(state) % MOST));
    int edges = (int)(chance(state) % (unsigned)(2 * nodes + 1));
    for (int i = 0; i < nodes; i++) { /* ages in a random order */
        int k = (int)(chance(state) % (unsigned)(i + 1));
        age[i] = age[k];
        age[k] = (uint32_t)i + 1;
        if (chance(state) % 8 == 0)
            size[i] = 3000 * (1 + chance(state) % 30);
    }
    for (int e = 0; e < edges; e++)
        edge[chance(state) % (unsigned)nodes][chance(state) % (unsigned)nodes] = true;
}

Test(clique, random_graphs, .timeout = 120)
{
    uint64_t state = 7;
    begin();
    for (int round = 0; round < 300; round++) {
        random_graph(&state);
        make_objects(chance(&state) % 2 ? 8 : 0);
        bool ran = run();
        const char *what = wrong();
        if (!ran || what != NULL)
            cr_assert_fail("round %d of %d nodes: %s", round, nodes, ran ? what : "it did not run");
        lgc_scan_free(&scan);
        free_objects();
    }
}

/* Far deeper than any stack could be. */
Test(clique, a_very_long_list)
{
    enum { LONG = 200000 };
    struct lgc_origin origin = { .site = 1 };
    void **first, **p;
    begin();
    p = first = lgc_heap_alloc(16, 16, true, 0, &origin);
    for (int i = 1; i < LONG; i++)
        p = *p = lgc_heap_alloc(16, 16, true, 0, &origin);
    *p = first;
    cr_expect(run());
    cr_expect_eq(scan.total[LGC_KIND_DIRECT].objects, 1);
    cr_expect_eq(scan.total[LGC_KIND_INDIRECT].objects, LONG - 1);
}

Test(clique, without_memory_what_was_not_reached_stays_direct)
{
    bool refused = false, served = false;
    begin();
    clear(10);
    for (int i = 0; i + 1 < nodes; i++)
        edge[i][i + 1] = true;
    make_objects(0);
    cr_assert(run() && find_entries());
    find_paths();
    for (unsigned n = 1; n < 12; n++) {
        for (size_t e = 0; e < scan.count; e++) {
            scan.entry[e].kind = LGC_KIND_DIRECT;
            scan.entry[e].head = (uint32_t)e;
            scan.entry[e].held = (struct lgc_amount){ 0, 0 };
        }
        cr_assert(lgc_field_make());
        lgc_mem_fail_after(n);
        bool ok = lgc_clique_classify(&scan);
        lgc_mem_fail_after(0);
        lgc_field_free();
        refused = refused || !ok;
        served = served || ok;
        for (int i = 0; i < nodes; i++)
            cr_expect(direct(i) || wrong_with_other(i) == NULL, "object %d", i);
        if (ok)
            cr_expect_null(wrong());
    }
    cr_expect(refused && served);
}
