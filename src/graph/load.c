/* SPDX-License-Identifier: MIT
 * load.c: collects the records of a dump into arrays, and answers from them. */
#include "graph/load.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "graph/loading.h"

bool lgc_loading_no_memory(struct lgc_loading *l)
{
    l->read.visitor.why = "out of memory: the heap in it is too large for this machine";
    return false;
}

bool lgc_loading_refuse(struct lgc_loading *l, const char *why)
{
    l->read.visitor.why = why;
    return false;
}

void *lgc_loading_room(struct lgc_loading *l, struct lgc_table *t, size_t entry)
{
    uint64_t left = l->most_bytes > l->bytes ? l->most_bytes - l->bytes : 0;
    void *place = lgc_table_add(t, entry, left, &l->bytes);
    if (place == NULL)
        lgc_loading_no_memory(l);
    return place;
}

static char *keep_text(struct lgc_heapdump_text text)
{
    char *s = malloc(text.size + 1);
    if (s == NULL)
        return NULL;
    if (text.size > 0)
        memcpy(s, text.at, text.size);
    s[text.size] = '\0';
    return s;
}

/* A copy in the table of its kind, which owns it; empty ones as NULL if so
 * wanted. */
static bool keep(struct lgc_loading *l, struct lgc_heapdump_text text, const char **to)
{
    l->bytes += text.size + 32;
    *to = l->bytes < l->most_bytes ? keep_text(text) : NULL;
    return *to != NULL || lgc_loading_no_memory(l);
}

static bool on_process(void *arg, const struct lgc_heapdump_process *p)
{
    struct lgc_loading *l = arg;
    if (l->has_process)
        return lgc_loading_refuse(l, "the process is described twice");
    l->has_process = true;
    l->g->pid = p->pid;
    l->g->check = p->check;
    l->g->time_ns = p->time_ns;
    l->g->stopped = p->stopped;
    return keep(l, p->reason, (const char **)&l->g->reason)
        && keep(l, p->exe, (const char **)&l->g->exe)
        && keep(l, p->version, (const char **)&l->g->version);
}

static bool add_text(struct lgc_loading *l, struct lgc_table *t, struct lgc_heapdump_text text)
{
    const char **place = lgc_loading_room(l, t, sizeof *place);
    return place != NULL && keep(l, text, place);
}

static bool on_note(void *arg, struct lgc_heapdump_text text)
{
    struct lgc_loading *l = arg;
    return add_text(l, &l->notes, text);
}

static bool on_string(void *arg, struct lgc_heapdump_text text)
{
    struct lgc_loading *l = arg;
    return add_text(l, &l->strings, text);
}

static bool on_module(void *arg, const struct lgc_heapdump_module *m)
{
    struct lgc_loading *l = arg;
    struct lgc_module *out = lgc_loading_room(l, &l->modules, sizeof *out);
    if (out == NULL)
        return false;
    *out = (struct lgc_module){ .start = m->start, .end = m->end, .bias = m->bias,
                                .unloaded = m->unloaded };
    return keep(l, m->path, &out->path)
        && (m->build_id.size == 0 || keep(l, m->build_id, &out->build_id));
}

static bool on_thread(void *arg, const struct lgc_heapdump_thread *t)
{
    struct lgc_loading *l = arg;
    struct lgc_thread_info *out = lgc_loading_room(l, &l->threads, sizeof *out);
    if (out == NULL)
        return false;
    if (t->id > UINT32_MAX || t->tid > UINT32_MAX)
        return lgc_loading_refuse(l, "a thread's number is out of range");
    *out = (struct lgc_thread_info){ .id = (uint32_t)t->id, .tid = (uint32_t)t->tid };
    return (t->name.size == 0 || keep(l, t->name, &out->name))
        && (t->tag.size == 0 || keep(l, t->tag, &out->tag));
}

static bool on_frame(void *arg, const struct lgc_heapdump_frame *f)
{
    struct lgc_loading *l = arg;
    struct lgc_graph_frame *out = lgc_loading_room(l, &l->frames, sizeof *out);
    if (out == NULL)
        return false;
    *out = (struct lgc_graph_frame){ f->tid, f->lo, f->hi,
                                     { .pc = f->pc, .module = lgc_loading_module(f->module), .exact = f->exact } };
    return true;
}

static bool on_object(void *arg, const struct lgc_heapdump_object *o)
{
    struct lgc_loading *l = arg;
    static const size_t entry[] = { 8, 8, 8, 4, 4, 1, 1 };
    void *at[7];
    if (l->objects[0].n >= UINT32_MAX - 2)
        return lgc_loading_refuse(l, "there are too many objects");
    for (int i = 0; i < 7; i++) {
        at[i] = lgc_loading_room(l, &l->objects[i], entry[i]);
        if (at[i] == NULL)
            return false;
    }
    if (o->site > UINT32_MAX || o->thread > UINT32_MAX)
        return lgc_loading_refuse(l, "a number of a site or a thread is out of range");
    *(uint64_t *)at[ADDRESS] = o->address;
    *(uint64_t *)at[SIZE] = o->size;
    *(int64_t *)at[TIME] = o->time_ns;
    *(uint32_t *)at[SITE] = (uint32_t)o->site;
    *(uint32_t *)at[THREAD] = (uint32_t)o->thread;
    *(uint8_t *)at[KIND] = (uint8_t)o->kind;
    *(uint8_t *)at[INTERNAL] = (o->flags & LGC_HEAPDUMP_INTERNAL) != 0;
    uint32_t *first = lgc_loading_room(l, &l->first, sizeof *first);
    if (first == NULL)
        return false;
    *first = (uint32_t)l->edges[0].n;
    return true;
}

static bool on_edge(void *arg, const struct lgc_heapdump_edge *e)
{
    struct lgc_loading *l = arg;
    size_t n = l->objects[ADDRESS].n;
    if (n == 0 || ((uint64_t *)l->objects[ADDRESS].at)[n - 1] != e->source)
        return lgc_loading_refuse(l, "pointers do not follow the object that holds them");
    if (l->edges[0].n >= UINT32_MAX - 1)
        return lgc_loading_refuse(l, "there are too many pointers");
    uint64_t *target = lgc_loading_room(l, &l->edges[TARGET], sizeof *target);
    uint32_t *offset = lgc_loading_room(l, &l->edges[OFFSET], sizeof *offset);
    uint32_t *inside = lgc_loading_room(l, &l->edges[INSIDE], sizeof *inside);
    if (target == NULL || offset == NULL || inside == NULL)
        return false;
    *target = e->target;
    *offset = lgc_loading_clamp(e->offset);
    *inside = lgc_loading_clamp(e->inside);
    return true;
}

static bool on_root(void *arg, const struct lgc_heapdump_root *r)
{
    struct lgc_loading *l = arg;
    struct lgc_raw_root *out = lgc_loading_room(l, &l->roots, sizeof *out);
    if (out == NULL)
        return false;
    out->root = (struct lgc_graph_root){ r->slot, r->tid, 0, lgc_loading_clamp(r->inside), r->kind };
    out->target = r->target;
    return true;
}

static bool on_site(void *arg, const struct lgc_heapdump_site *s)
{
    struct lgc_loading *l = arg;
    struct lgc_graph_site *out = lgc_loading_room(l, &l->sites, sizeof *out);
    l->bytes += s->nframes * sizeof *out->frames;
    struct lgc_frame *f = l->bytes < l->most_bytes
                        ? malloc((s->nframes + 1) * sizeof *f) : NULL;
    if (out == NULL || f == NULL) {
        free(f);
        return lgc_loading_no_memory(l);
    }
    *out = (struct lgc_graph_site){ s->id, f, (uint32_t)s->nframes };
    for (size_t i = 0; i < s->nframes; i++)
        f[i] = (struct lgc_frame){ .pc = s->frames[i].pc, .exact = s->frames[i].exact, .folded = s->frames[i].folded,
                                   .module = lgc_loading_module(s->frames[i].module) };
    if (s->id == 0 || s->id > UINT32_MAX)
        return lgc_loading_refuse(l, "the number of a site is out of range");
    return true;
}

static bool on_source(void *arg, const struct lgc_heapdump_source *s)
{
    struct lgc_loading *l = arg;
    struct lgc_heapdump_source *out = lgc_loading_room(l, &l->raw_sources, sizeof *out);
    if (out != NULL)
        *out = *s;
    return out != NULL;
}

static bool on_variable(void *arg, const struct lgc_heapdump_variable *v)
{
    struct lgc_loading *l = arg;
    struct lgc_heapdump_variable *out = lgc_loading_room(l, &l->raw_variables, sizeof *out);
    if (out != NULL)
        *out = *v;
    return out != NULL;
}

static bool on_end(void *arg, const struct lgc_heapdump_totals *t)
{
    struct lgc_loading *l = arg;
    if (!l->has_process)
        return lgc_loading_refuse(l, "the process is not described");
    if (t->objects != l->objects[0].n || t->edges != l->edges[0].n || t->roots != l->roots.n
        || t->sites != l->sites.n || t->modules != l->modules.n || t->strings != l->strings.n)
        return lgc_loading_refuse(l, "its totals are not what it holds");
    return true;
}

/* What owns texts goes to the graph at once, also when the rest fails. */
static void give_texts(struct lgc_loading *l)
{
    struct lgc_graph *g = l->g;
    g->nnotes = l->notes.n;
    g->notes = lgc_table_give(&l->notes, sizeof *g->notes);
    g->nstrings = l->strings.n;
    g->strings = lgc_table_give(&l->strings, sizeof *g->strings);
    g->nmodules = l->modules.n;
    g->modules = lgc_table_give(&l->modules, sizeof *g->modules);
    g->nthreads = l->threads.n;
    g->threads = lgc_table_give(&l->threads, sizeof *g->threads);
}

static void free_rest(struct lgc_loading *l)
{
    struct lgc_graph_site *s = l->sites.at;
    for (size_t i = 0; i < l->sites.n; i++)
        free((void *)s[i].frames);
    for (int i = 0; i < 7; i++)
        free(l->objects[i].at);
    for (int i = 0; i < 3; i++)
        free(l->edges[i].at);
    free(l->frames.at);
    free(l->sites.at);
    free(l->first.at);
    free(l->roots.at);
    free(l->raw_sources.at);
    free(l->raw_variables.at);
}

static uint64_t usual_limit(void)
{
    return (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE) / 4 * 3;
}

struct lgc_graph *lgc_load_graph(struct lgc_load *load)
{
    struct lgc_loading l = { .g = calloc(1, sizeof *l.g) };
    l.most_bytes = load->most_bytes != 0 ? load->most_bytes : usual_limit();
    l.read = (struct lgc_read){
        .in = load->in, .progress = load->progress, .arg = load->arg,
        .visitor = { on_process, on_note, on_module, on_thread, on_frame, on_object, on_edge,
                     on_root, on_site, on_string, on_source, on_variable, on_end, &l, NULL } };
    bool ok = l.g != NULL && lgc_read_dump(&l.read);
    if (l.g != NULL)
        give_texts(&l);
    if (ok) {
        l.read.visitor.why = NULL;
        ok = lgc_resolve(&l);
        if (!ok)
            snprintf(l.read.error, sizeof l.read.error, "%s", l.read.visitor.why);
    }
    memcpy(load->error, l.read.error, sizeof load->error);
    free_rest(&l);
    if (ok)
        return l.g;
    lgc_load_free(l.g);
    return NULL;
}

static void free_texts(char **text, size_t n)
{
    for (size_t i = 0; text != NULL && i < n; i++)
        free(text[i]);
    free(text);
}

void lgc_load_free(struct lgc_graph *g)
{
    if (g == NULL)
        return;
    free_texts(g->notes, g->nnotes);
    free_texts(g->strings, g->nstrings);
    for (size_t i = 0; g->modules != NULL && i < g->nmodules; i++) {
        free((char *)g->modules[i].path);
        free((char *)g->modules[i].build_id);
    }
    for (size_t i = 0; g->threads != NULL && i < g->nthreads; i++) {
        free((char *)g->threads[i].name);
        free((char *)g->threads[i].tag);
    }
    for (size_t i = 0; g->sites != NULL && i < g->nsites; i++)
        free((void *)g->sites[i].frames);
    void *const own[] = { g->reason, g->exe, g->version, g->modules, g->threads, g->frames,
                          g->sites, g->sources, g->variables, g->address, g->size,
                          g->time_ns_of, g->site, g->thread, g->kind, g->internal, g->first,
                          g->target, g->offset, g->inside, g->roots };
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        free(own[i]);
    free(g);
}

uint32_t lgc_load_find(const struct lgc_graph *g, uint64_t address)
{
    for (uint32_t i = 0; i < g->n; i++) {
        if (address - g->address[i] < (g->size[i] > 0 ? g->size[i] : 1))
            return i;
    }
    return LGC_GRAPH_NONE;
}

static size_t answer(void *arg, const struct lgc_finding *finding, const struct lgc_frame *frame,
                     struct lgc_source *out, size_t max)
{
    const struct lgc_graph *g = arg;
    const struct lgc_graph_source key = { .pc = frame->pc, .module = frame->module,
                                          .exact = frame->exact };
    size_t low = 0, high = g->nsources, n = 0;
    (void)finding;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lgc_resolve_by_pc(&g->sources[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; n < max && low < g->nsources; n++, low++) {
        const struct lgc_graph_source *s = &g->sources[low];
        if (s->pc != frame->pc || s->module != frame->module || s->exact != frame->exact)
            break;
        out[n] = s->source;
    }
    return n;
}

struct lgc_symbolizer lgc_load_symbolizer(const struct lgc_graph *graph)
{
    return (struct lgc_symbolizer){ .resolve = answer, .arg = (void *)graph };
}
