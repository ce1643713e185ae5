/* SPDX-License-Identifier: MIT
 * sites.c: one pass over the objects for the sums, one over the dominator tree
 * for what sites retain. */
#include "graph/sites.h"

#include <stdlib.h>
#include <string.h>

static void add(struct lgc_amount *a, uint64_t bytes, uint64_t objects)
{
    a->bytes += bytes;
    a->objects += objects;
}

static void find_times(const struct lgc_graph *g, struct lgc_sites *out)
{
    int64_t first = INT64_MAX;
    for (uint32_t i = 0; i < g->n; i++) {
        if (g->time_ns_of[i] != 0 && g->time_ns_of[i] < first)
            first = g->time_ns_of[i];
    }
    out->first_ns = first < g->time_ns ? first : g->time_ns;
    out->recent_ns = g->time_ns - (g->time_ns - out->first_ns) / 10;
}

static void count_object(const struct lgc_graph *g, struct lgc_sites *out, uint32_t i)
{
    struct lgc_sites_row *row = &out->row[g->site[i]];
    int64_t when = g->time_ns_of[i];
    if (g->internal[i]) {
        add(&out->internal, g->size[i], 1);
        return;
    }
    add(&out->kind[g->kind[i]], g->size[i], 1);
    add(&out->live, g->size[i], 1);
    add(&row->kind[g->kind[i]], g->size[i], 1);
    if (when >= out->recent_ns)
        add(&row->recent, g->size[i], 1);
    if (row->live.objects == 0 || when < row->first_ns)
        row->first_ns = when;
    if (row->live.objects == 0 || when > row->last_ns)
        row->last_ns = when;
    add(&row->live, g->size[i], 1);
}

/* The dominator tree as lists of children, and where a walk over it stands. */
struct tree {
    uint32_t *first, *child;     /* CSR; list n is that of the roots         */
    uint32_t *stack;
    uint32_t *inside;            /* per site: how many of it are above       */
};

static void plant(const struct lgc_graph *g, const struct lgc_dominate *d, struct tree *t)
{
    for (uint32_t i = 0; i < g->n; i++)
        t->first[(d->by[i] == LGC_GRAPH_NONE ? g->n : d->by[i]) + 1]++;
    for (uint32_t i = 0; i <= g->n; i++)
        t->first[i + 1] += t->first[i];
    for (uint32_t i = 0; i < g->n; i++)
        t->child[t->first[d->by[i] == LGC_GRAPH_NONE ? g->n : d->by[i]]++] = i;
    memmove(t->first + 1, t->first, ((size_t)g->n + 1) * sizeof *t->first);
    t->first[0] = 0;
}

/* Adds what the topmost objects of each site retain.  first[i] moves on to what
 * is next below i. */
static void climb(const struct lgc_graph *g, const struct lgc_dominate *d, struct tree *t,
                  const uint32_t *end, struct lgc_sites *out)
{
    size_t depth = 0;
    uint32_t at = g->n;          /* above all roots                          */
    for (;;) {
        if (t->first[at] < end[at]) {
            uint32_t below = t->child[t->first[at]++];
            t->stack[depth++] = at;
            at = below;
            if (t->inside[g->site[at]]++ == 0)
                add(&out->row[g->site[at]].retained, d->bytes[at], d->objects[at]);
        } else if (depth == 0) {
            return;
        } else {
            t->inside[g->site[at]]--;
            at = t->stack[--depth];
        }
    }
}

static bool count_retained(const struct lgc_graph *g, const struct lgc_dominate *d,
                           struct lgc_sites *out)
{
    size_t n = (size_t)g->n + 2;
    struct tree t = { calloc(n + 1, sizeof *t.first), malloc(n * sizeof *t.child),
                      malloc(n * sizeof *t.stack), calloc(g->nsites + 1, sizeof *t.inside) };
    uint32_t *end = malloc(n * sizeof *end);
    bool ok = t.first != NULL && t.child != NULL && t.stack != NULL && t.inside != NULL
           && end != NULL;
    if (ok) {
        plant(g, d, &t);
        memcpy(end, t.first + 1, ((size_t)g->n + 1) * sizeof *end);
        climb(g, d, &t, end, out);
    }
    free(t.first);
    free(t.child);
    free(t.stack);
    free(t.inside);
    free(end);
    return ok;
}

bool lgc_sites_count(const struct lgc_graph *g, const struct lgc_dominate *dominate,
                     struct lgc_sites *out)
{
    memset(out, 0, sizeof *out);
    out->n = g->nsites;
    out->row = calloc(g->nsites + 1, sizeof *out->row);
    if (out->row == NULL)
        return false;
    for (uint32_t i = 0; i < g->nsites; i++)
        out->row[i].site = i;
    find_times(g, out);
    for (uint32_t i = 0; i < g->n; i++)
        count_object(g, out, i);
    if (dominate == NULL || count_retained(g, dominate, out))
        return true;
    lgc_sites_free(out);
    return false;
}

void lgc_sites_free(struct lgc_sites *sites)
{
    free(sites->row);
    sites->row = NULL;
}

/* ---- as a finding ----------------------------------------------------- */

struct building {
    const struct lgc_graph *g;
    struct lgc_group *group;
    uint32_t *group_of;          /* by site and kind, plus one               */
    uint32_t *thread_of;         /* by group: last thread that was noted     */
    size_t n;
};

/* Which threads made a group's objects: one pass per group would be too slow,
 * so (group, thread) pairs are noted as they change, then sorted. */
struct pair { uint32_t group, thread; };

static int by_group(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    return a->thread < b->thread ? -1 : a->thread > b->thread;
}

static struct lgc_group *group_of(struct building *b, uint32_t i)
{
    size_t key = (size_t)b->g->site[i] * LGC_KIND_COUNT + b->g->kind[i];
    if (b->group_of[key] == 0) {
        const struct lgc_graph_site *s = &b->g->sites[b->g->site[i]];
        b->group_of[key] = (uint32_t)++b->n;
        b->group[b->n - 1] = (struct lgc_group){
            .kind = (enum lgc_kind)b->g->kind[i], .frames = s->frames, .nframes = s->nframes,
            .first_time_ns = b->g->time_ns_of[i], .last_time_ns = b->g->time_ns_of[i] };
        b->thread_of[b->n - 1] = UINT32_MAX;
    }
    return &b->group[b->group_of[key] - 1];
}

/* Returns how many pairs there are; pairs has room for one per object. */
static size_t group_objects(struct building *b, const struct lgc_dominate *d, struct pair *pairs)
{
    const struct lgc_graph *g = b->g;
    size_t npairs = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        if (g->internal[i])
            continue;
        struct lgc_group *group = group_of(b, i);
        uint32_t number = (uint32_t)(group - b->group);
        add(&group->amount, g->size[i], 1);
        if (d != NULL && g->kind[i] == LGC_KIND_DIRECT)
            add(&group->held, d->bytes[i] - g->size[i], d->objects[i] - 1);
        if (g->time_ns_of[i] < group->first_time_ns)
            group->first_time_ns = g->time_ns_of[i];
        if (g->time_ns_of[i] > group->last_time_ns)
            group->last_time_ns = g->time_ns_of[i];
        if (b->thread_of[number] != g->thread[i])
            pairs[npairs++] = (struct pair){ number, g->thread[i] };
        b->thread_of[number] = g->thread[i];
    }
    return npairs;
}

/* ids is as long as pairs; keeps each pair once. */
static void give_threads(struct building *b, struct pair *pairs, size_t n, uint32_t *ids)
{
    if (n > 0)
        qsort(pairs, n, sizeof *pairs, by_group);
    for (size_t i = 0; i < n; i++) {
        struct lgc_group *group = &b->group[pairs[i].group];
        if (i > 0 && by_group(&pairs[i], &pairs[i - 1]) == 0)
            continue;
        if (group->nthreads++ == 0)
            group->threads = ids;
        *ids++ = pairs[i].thread;
    }
}

static int by_kind_and_bytes(const void *left, const void *right)
{
    const struct lgc_group *a = left, *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->amount.bytes != b->amount.bytes)
        return a->amount.bytes > b->amount.bytes ? -1 : 1;
    return a->frames < b->frames ? -1 : a->frames > b->frames;
}

/* The finding first, then what it points to. */
struct owner { struct lgc_finding finding; struct lgc_group *group; uint32_t *ids; };

static bool build(struct building *b, const struct lgc_dominate *d, struct owner *owner)
{
    struct pair *pairs = malloc(((size_t)b->g->n + 1) * sizeof *pairs);
    if (pairs == NULL)
        return false;
    size_t n = group_objects(b, d, pairs);
    owner->ids = malloc((n + 1) * sizeof *owner->ids);
    if (owner->ids != NULL)
        give_threads(b, pairs, n, owner->ids);
    free(pairs);
    if (owner->ids == NULL)
        return false;
    qsort(b->group, b->n, sizeof *b->group, by_kind_and_bytes);
    owner->finding.groups = b->group;
    owner->finding.ngroups = b->n;
    return true;
}

static void describe(const struct lgc_graph *g, const struct lgc_sites *sites,
                     struct lgc_finding *f)
{
    f->pid = (uint32_t)g->pid;
    f->check = (uint32_t)g->check;
    f->time_ns = g->time_ns;
    f->reason = g->reason;
    f->exe = g->exe;
    f->stopped_threads = (uint32_t)g->stopped;
    f->live = sites->live;
    memcpy(f->total, sites->kind, sizeof f->total);
    f->notes = (const char *const *)g->notes;
    f->nnotes = g->nnotes;
    f->modules = g->modules;
    f->nmodules = g->nmodules;
    f->threads = g->threads;
    f->nthreads = g->nthreads;
}

struct lgc_finding *lgc_sites_finding(const struct lgc_graph *g, const struct lgc_sites *sites,
                                      const struct lgc_dominate *dominate)
{
    size_t keys = g->nsites * LGC_KIND_COUNT;
    struct owner *owner = calloc(1, sizeof *owner);
    struct building b = { .g = g, .group_of = calloc(keys + 1, sizeof *b.group_of),
                          .thread_of = calloc(keys + 1, sizeof *b.thread_of),
                          .group = calloc(keys + 1, sizeof *b.group) };
    bool ok = owner != NULL && b.group_of != NULL && b.thread_of != NULL && b.group != NULL;
    if (ok) {
        owner->group = b.group;
        ok = build(&b, dominate, owner);
        describe(g, sites, &owner->finding);
    }
    free(b.group_of);
    free(b.thread_of);
    if (ok)
        return &owner->finding;
    free(b.group);
    free(owner);
    return NULL;
}

void lgc_sites_free_finding(struct lgc_finding *finding)
{
    struct owner *owner = (struct owner *)finding;
    if (owner == NULL)
        return;
    free(owner->group);
    free(owner->ids);
    free(owner);
}
