/* SPDX-License-Identifier: MIT
 * test_graph.c: dominators, retained sizes and shortest ways against slow and simple answers, on random graphs. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "graph/dominate.h"
#include "graph/path.h"
#include "graph/sites.h"

enum { MOST = 40 };

/* A graph without a file. */
struct made {
    struct lgc_graph g;
    uint64_t address[MOST], size[MOST];
    int64_t time[MOST];
    uint32_t site[MOST], thread[MOST], first[MOST + 1], target[MOST * MOST];
    uint32_t offset[MOST * MOST], inside[MOST * MOST];
    uint8_t kind[MOST], internal[MOST];
    struct lgc_graph_root root[MOST];
    struct lgc_graph_site sites[5];
};

static uint64_t seed;

static uint32_t chance(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static void begin(struct made *m)
{
    memset(m, 0, sizeof *m);
    m->g = (struct lgc_graph){ .address = m->address, .size = m->size, .time_ns_of = m->time,
        .site = m->site, .thread = m->thread, .kind = m->kind, .internal = m->internal,
        .first = m->first, .target = m->target, .offset = m->offset, .inside = m->inside,
        .roots = m->root, .sites = m->sites, .nsites = 5, .time_ns = 1000 };
}

/* Kinds as a check would give them. */
static void reach(const struct made *m, uint32_t from, const bool *removed, bool *seen)
{
    if (seen[from] || (removed != NULL && removed[from]))
        return;
    seen[from] = true;
    for (uint32_t e = m->first[from]; e < m->first[from + 1]; e++)
        reach(m, m->target[e], removed, seen);
}

static void set_kinds(struct made *m)
{
    bool seen[MOST] = { false };
    for (size_t i = 0; i < m->g.nroots; i++)
        reach(m, m->root[i].target, NULL, seen);
    for (uint32_t i = 0; i < m->g.n; i++)
        m->kind[i] = seen[i] ? LGC_KIND_REACHABLE : LGC_KIND_INDIRECT;
    for (uint32_t i = 0; i < m->g.n; i++) {     /* a head for what is left */
        if (!seen[i]) {
            m->kind[i] = LGC_KIND_DIRECT;
            reach(m, i, NULL, seen);
        }
    }
}

static void make_random(struct made *m, uint64_t number)
{
    begin(m);
    seed = number;
    m->g.n = 1 + chance(MOST);
    uint32_t most = 1 + chance(4);
    for (uint32_t i = 0; i < m->g.n; i++) {
        m->address[i] = 0x1000 + 16 * i;
        m->size[i] = 1ull << chance(20);
        m->site[i] = chance(5);
        m->first[i] = m->g.nedges;
        for (uint32_t k = chance(most + 1); k > 0; k--)
            m->target[m->g.nedges++] = chance(m->g.n);
    }
    m->first[m->g.n] = m->g.nedges;
    for (uint32_t k = chance(4); k > 0; k--)
        m->root[m->g.nroots++].target = chance(m->g.n);
    set_kinds(m);
}

/* What is still reached when `removed` are not there: from the roots, or with
 * heads from direct leaks too. */
static void reach_all(const struct made *m, const bool *removed, bool heads, bool *seen)
{
    memset(seen, 0, MOST * sizeof *seen);
    for (size_t i = 0; i < m->g.nroots; i++)
        reach(m, m->root[i].target, removed, seen);
    for (uint32_t i = 0; heads && i < m->g.n; i++) {
        if (m->kind[i] == LGC_KIND_DIRECT)
            reach(m, i, removed, seen);
    }
}

/* By the definition: d dominates o if o is not reached without d. */
static void check_dominators(const struct made *m, const struct lgc_dominate *d, uint64_t number)
{
    bool live[MOST], all[MOST];
    uint64_t bytes[MOST], objects[MOST];
    bool dominates[MOST][MOST];
    reach_all(m, NULL, false, live);
    reach_all(m, NULL, true, all);
    for (uint32_t x = 0; x < m->g.n; x++) {
        bool removed[MOST] = { false }, rest[MOST];
        removed[x] = true;
        /* The lost do not count for what is reachable. */
        reach_all(m, removed, !live[x], rest);
        bytes[x] = objects[x] = 0;
        for (uint32_t y = 0; y < m->g.n; y++) {
            dominates[x][y] = (live[x] ? live[y] : all[y]) && !rest[y];
            if (dominates[x][y]) {
                bytes[x] += m->size[y];
                objects[x]++;
            }
        }
    }
    for (uint32_t x = 0; x < m->g.n; x++) {
        cr_assert_eq(d->bytes[x], bytes[x], "graph %lu: object %u retains %lu, not %lu",
                     (unsigned long)number, x, (unsigned long)d->bytes[x],
                     (unsigned long)bytes[x]);
        cr_assert_eq(d->objects[x], objects[x]);
        /* The immediate one dominates, and all other dominators dominate it. */
        for (uint32_t y = 0; y < m->g.n; y++) {
            if (y == x || !dominates[y][x])
                continue;
            cr_assert_neq(d->by[x], LGC_GRAPH_NONE);
            cr_assert(dominates[d->by[x]][x] && (y == d->by[x] || dominates[y][d->by[x]]));
        }
    }
}

Test(graph, dominators_are_those_of_the_definition)
{
    static struct made m;
    for (uint64_t number = 1; number <= 4000; number++) {
        struct lgc_dominate d;
        make_random(&m, number);
        cr_assert(lgc_dominate_run(&m.g, &d));
        check_dominators(&m, &d, number);
        lgc_dominate_free(&d);
    }
}

/* Without a site's objects, what is gone is at least what they retain. */
Test(graph, sites_retain_each_byte_once)
{
    static struct made m;
    for (uint64_t number = 1; number <= 1000; number++) {
        struct lgc_dominate d;
        struct lgc_sites sites;
        uint64_t sum[5] = { 0 };
        make_random(&m, number);
        cr_assert(lgc_dominate_run(&m.g, &d));
        cr_assert(lgc_sites_count(&m.g, &d, &sites));
        for (uint32_t i = 0; i < m.g.n; i++) {
            uint32_t above = d.by[i];
            while (above != LGC_GRAPH_NONE && m.site[above] != m.site[i])
                above = d.by[above];
            if (above == LGC_GRAPH_NONE)
                sum[m.site[i]] += d.bytes[i];
        }
        for (int s = 0; s < 5; s++)
            cr_assert_eq(sites.row[s].retained.bytes, sum[s]);
        lgc_sites_free(&sites);
        lgc_dominate_free(&d);
    }
}

/* How many pointers lie between the nearest root and each object. */
static void distances(const struct made *m, uint32_t *far)
{
    for (uint32_t i = 0; i < m->g.n; i++)
        far[i] = UINT32_MAX;
    for (size_t i = 0; i < m->g.nroots; i++)
        far[m->root[i].target] = 0;
    for (uint32_t round = 0; round < m->g.n; round++) {
        for (uint32_t i = 0; i < m->g.n; i++) {
            for (uint32_t e = m->first[i]; far[i] == round && e < m->first[i + 1]; e++) {
                if (far[m->target[e]] > round + 1)
                    far[m->target[e]] = round + 1;
            }
        }
    }
}

Test(graph, ways_are_shortest_and_real)
{
    static struct made m;
    for (uint64_t number = 1; number <= 300; number++) {
        uint32_t far[MOST];
        make_random(&m, number);
        distances(&m, far);
        for (uint32_t x = 0; x < m.g.n; x++) {
            struct lgc_path p;
            cr_assert(lgc_path_find(&m.g, x, &p));
            cr_assert_eq(p.object[p.n - 1], x);
            cr_assert_eq(p.root == SIZE_MAX, far[x] == UINT32_MAX);
            if (p.root != SIZE_MAX) {
                cr_assert_eq(p.n - 1, far[x]);
                cr_assert_eq(m.root[p.root].target, p.object[0]);
            } else {
                cr_assert_eq(m.kind[p.object[0]], LGC_KIND_DIRECT);
            }
            for (size_t i = 0; i + 1 < p.n; i++) {
                cr_assert(p.edge[i] >= m.first[p.object[i]]
                          && p.edge[i] < m.first[p.object[i] + 1]);
                cr_assert_eq(m.target[p.edge[i]], p.object[i + 1]);
            }
            lgc_path_free(&p);
        }
    }
}

static void count_one(void *arg, uint32_t source, uint32_t edge, size_t root)
{
    (void)source;
    (void)edge;
    (void)root;
    ++*(uint64_t *)arg;
}

Test(graph, references_are_counted)
{
    static struct made m;
    for (uint64_t number = 1; number <= 100; number++) {
        make_random(&m, number);
        uint32_t *count = lgc_path_count_references(&m.g);
        cr_assert_not_null(count);
        for (uint32_t x = 0; x < m.g.n; x++) {
            uint64_t called = 0;
            cr_expect_eq(lgc_path_referrers(&m.g, x, count_one, &called), count[x]);
            cr_expect_eq(called, count[x]);
        }
        free(count);
    }
}

/* A list of a million is no problem for any stack. */
Test(graph, a_long_list)
{
    enum { N = 1000000 };
    struct made *m = malloc(sizeof *m);
    uint32_t *target = malloc((N + 1) * sizeof *target), *first = malloc((N + 1) * sizeof *first);
    uint64_t *size = malloc(N * sizeof *size);
    uint8_t *kind = malloc(N), *internal = calloc(N, 1);
    uint32_t *site = calloc(N, sizeof *site);
    int64_t *when = calloc(N, sizeof *when);
    begin(m);
    for (uint32_t i = 0; i < N; i++) {
        target[i] = (i + 1) % N;
        first[i] = i;
        size[i] = 1;
        kind[i] = LGC_KIND_REACHABLE;
    }
    first[N] = N;
    m->g.n = m->g.nedges = N;
    m->g.target = target;
    m->g.first = first;
    m->g.size = size;
    m->g.kind = kind;
    m->g.internal = internal;
    m->g.site = site;
    m->g.time_ns_of = when;
    m->g.nroots = 1;
    struct lgc_dominate d;
    struct lgc_sites sites;
    struct lgc_path p;
    cr_assert(lgc_dominate_run(&m->g, &d));
    cr_expect_eq(d.bytes[0], N);
    cr_expect_eq(d.bytes[N - 1], 1);
    cr_assert(lgc_sites_count(&m->g, &d, &sites));
    cr_expect_eq(sites.row[0].retained.bytes, N);
    cr_assert(lgc_path_find(&m->g, N - 1, &p));
    cr_expect_eq(p.n, N);
    lgc_path_free(&p);
    lgc_sites_free(&sites);
    lgc_dominate_free(&d);
    free(target);
    free(first);
    free(size);
    free(kind);
    free(internal);
    free(site);
    free(when);
    free(m);
}
