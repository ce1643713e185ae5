/* SPDX-License-Identifier: MIT
 * resolve.c: what the records of a dump name: addresses to objects, ids to
 * sites, numbers to strings. */
#include <stdlib.h>
#include <string.h>

#include "graph/loading.h"

/* Hands the arrays over to the graph, which frees them from now on. */
static bool give_arrays(struct lgc_loading *l)
{
    struct lgc_graph *g = l->g;
    uint32_t *end = lgc_loading_room(l, &l->first, sizeof *end);
    if (end == NULL)
        return false;
    *end = (uint32_t)l->edges[0].n;
    g->n = (uint32_t)l->objects[0].n;
    g->nedges = (uint32_t)l->edges[0].n;
    g->address = lgc_table_give(&l->objects[ADDRESS], sizeof *g->address);
    g->size = lgc_table_give(&l->objects[SIZE], sizeof *g->size);
    g->time_ns_of = lgc_table_give(&l->objects[TIME], sizeof *g->time_ns_of);
    g->site = lgc_table_give(&l->objects[SITE], sizeof *g->site);
    g->thread = lgc_table_give(&l->objects[THREAD], sizeof *g->thread);
    g->kind = lgc_table_give(&l->objects[KIND], 1);
    g->internal = lgc_table_give(&l->objects[INTERNAL], 1);
    g->first = lgc_table_give(&l->first, sizeof *g->first);
    g->offset = lgc_table_give(&l->edges[OFFSET], sizeof *g->offset);
    g->inside = lgc_table_give(&l->edges[INSIDE], sizeof *g->inside);
    return true;
}

/* address -> object: open addressing, at most two thirds full. */
struct index { uint32_t *slot; size_t mask; unsigned shift; };

static size_t place_of(const struct index *x, uint64_t address)
{
    return (size_t)(address * 0x9e3779b97f4a7c15u >> x->shift);
}

static uint32_t look_up(const struct index *x, const struct lgc_graph *g, uint64_t address)
{
    for (size_t i = place_of(x, address);; i = (i + 1) & x->mask) {
        if (x->slot[i] == 0)
            return LGC_GRAPH_NONE;
        if (g->address[x->slot[i] - 1] == address)
            return x->slot[i] - 1;
    }
}

static bool build_index(struct lgc_loading *l, struct index *x)
{
    const struct lgc_graph *g = l->g;
    unsigned bits = 4;
    while ((1ull << bits) * 2 / 3 < g->n)
        bits++;
    x->mask = ((size_t)1 << bits) - 1;
    x->shift = 64 - bits;
    x->slot = calloc(x->mask + 1, sizeof *x->slot);
    if (x->slot == NULL)
        return lgc_loading_no_memory(l);
    for (uint32_t i = 0; i < g->n; i++) {
        size_t k = place_of(x, g->address[i]);
        for (; x->slot[k] != 0; k = (k + 1) & x->mask) {
            if (g->address[x->slot[k] - 1] == g->address[i])
                return lgc_loading_refuse(l, "two objects have the same address");
        }
        x->slot[k] = i + 1;
    }
    return true;
}

/* The addresses turn into numbers in place, from the front: an entry of half
 * the size never overtakes the one that is read. */
static bool resolve_edges(struct lgc_loading *l, const struct index *x)
{
    enum { AHEAD = 12 };         /* two cache misses each: ask for them early */
    struct lgc_graph *g = l->g;
    uint64_t *from = l->edges[TARGET].at;
    uint32_t *to = (uint32_t *)(void *)from;
    size_t n = l->edges[TARGET].n;
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            __builtin_prefetch(&x->slot[place_of(x, from[i + AHEAD])]);
        uint64_t address;
        memcpy(&address, &from[i], sizeof address);
        uint32_t object = look_up(x, g, address);
        if (object == LGC_GRAPH_NONE)
            return lgc_loading_refuse(l, "a pointer leads to no object");
        memcpy(&to[i], &object, sizeof object);
    }
    g->target = lgc_table_give(&l->edges[TARGET], sizeof *g->target);
    return true;
}

static bool resolve_roots(struct lgc_loading *l, const struct index *x)
{
    struct lgc_raw_root *raw = l->roots.at;
    struct lgc_graph *g = l->g;
    g->nroots = l->roots.n;
    g->roots = malloc((g->nroots + 1) * sizeof *g->roots);
    if (g->roots == NULL)
        return lgc_loading_no_memory(l);
    for (size_t i = 0; i < g->nroots; i++) {
        g->roots[i] = raw[i].root;
        g->roots[i].target = look_up(x, g, raw[i].target);
        if (g->roots[i].target == LGC_GRAPH_NONE)
            return lgc_loading_refuse(l, "a root leads to no object");
    }
    return true;
}

static int by_id(const void *left, const void *right)
{
    const struct lgc_graph_site *a = left, *b = right;
    return a->id < b->id ? -1 : a->id > b->id;
}

static uint32_t find_site(const struct lgc_graph *g, uint64_t id)
{
    size_t low = 0, high = g->nsites;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (g->sites[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < g->nsites && g->sites[low].id == id ? (uint32_t)low : LGC_GRAPH_NONE;
}

static bool resolve_sites(struct lgc_loading *l)
{
    struct lgc_graph *g = l->g;
    struct lgc_graph_site *none = lgc_loading_room(l, &l->sites, sizeof *none);
    if (none == NULL)
        return false;
    *none = (struct lgc_graph_site){ 0, NULL, 0 };
    g->nsites = l->sites.n;
    g->sites = lgc_table_give(&l->sites, sizeof *g->sites);
    qsort(g->sites, g->nsites, sizeof *g->sites, by_id);
    for (size_t i = 1; i < g->nsites; i++) {
        if (g->sites[i].id == g->sites[i - 1].id)
            return lgc_loading_refuse(l, "two sites have the same number");
    }
    uint32_t known = UINT32_MAX, index = 0;     /* neighbours often share one */
    for (uint32_t i = 0; i < g->n; i++) {
        if (g->site[i] != known) {
            known = g->site[i];
            index = find_site(g, known);
        }
        if (index == LGC_GRAPH_NONE)
            return lgc_loading_refuse(l, "an object is of a site that is not described");
        g->site[i] = index;
    }
    return true;
}

static bool check_frame(const struct lgc_graph *g, const struct lgc_frame *f)
{
    return f->module == LGC_NO_MODULE || f->module < g->nmodules;
}

static bool check_modules(struct lgc_loading *l)
{
    const struct lgc_graph *g = l->g;
    bool ok = true;
    for (size_t i = 0; i < g->nsites; i++) {
        for (uint32_t k = 0; k < g->sites[i].nframes; k++)
            ok = ok && check_frame(g, &g->sites[i].frames[k]);
    }
    for (size_t i = 0; i < g->nframes; i++)
        ok = ok && check_frame(g, &g->frames[i].frame);
    for (size_t i = 0; i < g->nsources; i++)
        ok = ok && (g->sources[i].module == LGC_NO_MODULE || g->sources[i].module < g->nmodules);
    return ok || lgc_loading_refuse(l, "a frame is in a module that is not described");
}

static bool text_of(const struct lgc_graph *g, uint64_t number, const char **to)
{
    *to = number > 0 && number <= g->nstrings ? g->strings[number - 1] : NULL;
    return number <= g->nstrings;
}

int lgc_resolve_by_pc(const void *left, const void *right)
{
    const struct lgc_graph_source *a = left, *b = right;
    if (a->pc != b->pc)
        return a->pc < b->pc ? -1 : 1;
    if (a->module != b->module)
        return a->module < b->module ? -1 : 1;
    if (a->exact != b->exact)
        return a->exact ? 1 : -1;
    return a->source.column < b->source.column ? -1 : a->source.column > b->source.column;
}

static bool resolve_sources(struct lgc_loading *l)
{
    struct lgc_graph *g = l->g;
    const struct lgc_heapdump_source *raw = l->raw_sources.at;
    g->nsources = l->raw_sources.n;
    g->sources = calloc(g->nsources + 1, sizeof *g->sources);
    uint32_t *column = calloc(g->nsources + 1, sizeof *column);
    bool ok = g->sources != NULL && column != NULL;
    for (size_t i = 0; ok && i < g->nsources; i++) {
        struct lgc_graph_source *s = &g->sources[i];
        *s = (struct lgc_graph_source){ .pc = raw[i].pc, .module = lgc_loading_module(raw[i].module),
                                        .exact = raw[i].exact };
        if (!text_of(g, raw[i].function, &s->source.function)
            || !text_of(g, raw[i].file, &s->source.file)) {
            free(column);
            return lgc_loading_refuse(l, "a name is not there");
        }
        s->source.line = lgc_loading_clamp(raw[i].line);
        s->source.inlined = raw[i].inlined;
        column[i] = lgc_loading_clamp(raw[i].column);
        s->source.column = (unsigned)i;         /* its place, for a stable sort */
    }
    if (ok)
        qsort(g->sources, g->nsources, sizeof *g->sources, lgc_resolve_by_pc);
    for (size_t i = 0; ok && i < g->nsources; i++)
        g->sources[i].source.column = column[g->sources[i].source.column];
    free(column);
    return ok || lgc_loading_no_memory(l);
}

static int by_start(const void *left, const void *right)
{
    const struct lgc_graph_variable *a = left, *b = right;
    return a->start < b->start ? -1 : a->start > b->start;
}

static bool resolve_variables(struct lgc_loading *l)
{
    struct lgc_graph *g = l->g;
    const struct lgc_heapdump_variable *raw = l->raw_variables.at;
    g->nvariables = l->raw_variables.n;
    g->variables = calloc(g->nvariables + 1, sizeof *g->variables);
    if (g->variables == NULL)
        return lgc_loading_no_memory(l);
    for (size_t i = 0; i < g->nvariables; i++) {
        g->variables[i] = (struct lgc_graph_variable){ raw[i].start, raw[i].size, NULL };
        if (!text_of(g, raw[i].name, &g->variables[i].name) || raw[i].name == 0)
            return lgc_loading_refuse(l, "the name of a variable is not there");
    }
    qsort(g->variables, g->nvariables, sizeof *g->variables, by_start);
    return true;
}

bool lgc_resolve(struct lgc_loading *l)
{
    struct lgc_graph *g = l->g;
    struct index x = { 0 };
    bool ok = give_arrays(l) && build_index(l, &x) && resolve_edges(l, &x)
           && resolve_roots(l, &x);
    free(x.slot);
    if (!ok || !resolve_sites(l) || !resolve_sources(l) || !resolve_variables(l))
        return false;
    g->nframes = l->frames.n;
    g->frames = lgc_table_give(&l->frames, sizeof *g->frames);
    return check_modules(l);
}
