/* SPDX-License-Identifier: MIT
 * explain.c: objects, roots and sites of a graph in words. */
#include "graph/explain.h"

#include <stdio.h>
#include <string.h>

#include "graph/load.h"

void lgc_explain_bytes(struct lgc_out *out, uint64_t bytes)
{
    static const char *const unit[] = { "B", "KB", "MB", "GB", "TB", "PB", "EB" };
    double v = (double)bytes;
    char text[32];
    unsigned u = 0;
    for (; v >= 1023.5 && u < 6; u++)
        v /= 1024;
    snprintf(text, sizeof text, u > 0 && v < 9.95 ? "%.1f %s" : "%.0f %s", v, unit[u]);
    lgc_out_str(out, text);
}

static const char *base_name(const char *path)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    return path == NULL ? "?" : slash != NULL ? slash + 1 : path;
}

static size_t sources_of(const struct lgc_graph *g, const struct lgc_frame *frame,
                         struct lgc_source out[LGC_REPORT_MAX_INLINED])
{
    struct lgc_symbolizer s = lgc_load_symbolizer(g);
    return s.resolve(s.arg, NULL, frame, out, LGC_REPORT_MAX_INLINED);
}

static void put_source(struct lgc_out *out, const struct lgc_source *s)
{
    lgc_out_str(out, s->function != NULL ? s->function : "?");
    if (s->file != NULL)
        lgc_out_f(out, " %s:%u", base_name(s->file), s->line);
}

static void put_place(struct lgc_out *out, const struct lgc_graph *g, const struct lgc_frame *f)
{
    if (f->module == LGC_NO_MODULE) {
        lgc_out_address(out, f->pc);
        return;
    }
    lgc_out_f(out, "%s+0x%llx", base_name(g->modules[f->module].path),
              (unsigned long long)(f->pc - g->modules[f->module].bias));
}

void lgc_explain_frame(struct lgc_out *out, const struct lgc_graph *g,
                       const struct lgc_frame *frame)
{
    struct lgc_source source[LGC_REPORT_MAX_INLINED];
    if (sources_of(g, frame, source) > 0 && source[0].function != NULL)
        put_source(out, &source[0]);
    else
        put_place(out, g, frame);
}

/* Tells nothing of who wants the memory. */
static bool is_plumbing(const struct lgc_source *s)
{
    static const char *const names[] = { "operator new", "__gnu_cxx::new_allocator",
        "std::__new_allocator", "std::allocator", "std::_", "__libc_start", "_start" };
    for (size_t i = 0; s->function != NULL && i < sizeof names / sizeof names[0]; i++) {
        if (strncmp(s->function, names[i], strlen(names[i])) == 0)
            return true;
    }
    return false;
}

void lgc_explain_site(struct lgc_out *out, const struct lgc_graph *g, uint32_t site,
                      unsigned frames)
{
    const struct lgc_graph_site *s = &g->sites[site];
    unsigned done = 0;
    for (uint32_t i = 0; i < s->nframes && done < frames; i++) {
        struct lgc_source source[LGC_REPORT_MAX_INLINED];
        size_t n = sources_of(g, &s->frames[i], source);
        for (size_t k = 0; k < n && done < frames; k++) {
            if (is_plumbing(&source[k]))
                continue;
            lgc_out_str(out, done++ > 0 ? " < " : "");
            put_source(out, &source[k]);
        }
        if (n == 0) {
            lgc_out_str(out, done++ > 0 ? " < " : "");
            put_place(out, g, &s->frames[i]);
        }
    }
    if (done == 0)
        lgc_out_str(out, s->nframes > 0 ? "(start of the program)" : "(no stack)");
}

const struct lgc_thread_info *lgc_explain_thread(const struct lgc_graph *g, uint32_t id)
{
    for (size_t i = 0; i < g->nthreads; i++) {
        if (g->threads[i].id == id)
            return &g->threads[i];
    }
    return NULL;
}

/* Numbers of the kernel come again: the youngest thread is meant. */
const struct lgc_thread_info *lgc_explain_task(const struct lgc_graph *g, uint64_t tid)
{
    for (size_t i = g->nthreads; i-- > 0; ) {
        if (g->threads[i].tid == tid)
            return &g->threads[i];
    }
    return NULL;
}

const char *lgc_explain_root_kind(enum lgc_heapdump_root_kind kind)
{
    static const char *const names[LGC_HEAPDUMP_ROOT_KINDS] = {
        "global", "stack", "register", "vector", "tls", "mapping", "region", "loader", "ignored"
    };
    return names[kind];
}

bool lgc_explain_slot_is_number(enum lgc_heapdump_root_kind kind)
{
    return kind == LGC_HEAPDUMP_REGISTER || kind == LGC_HEAPDUMP_VECTOR;
}

const char *lgc_explain_kind(enum lgc_kind kind)
{
    static const char *const names[] = { "direct", "indirect", "possible", "reachable" };
    return names[kind];
}

static void put_global(struct lgc_out *out, const struct lgc_graph *g, uint64_t slot)
{
    size_t low = 0, high = g->nvariables;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (g->variables[middle].start <= slot)
            low = middle + 1;
        else
            high = middle;
    }
    const struct lgc_graph_variable *v = low > 0 ? &g->variables[low - 1] : NULL;
    const struct lgc_module *m = NULL;
    for (size_t i = 0; i < g->nmodules && m == NULL; i++) {
        if (slot >= g->modules[i].start && slot < g->modules[i].end && !g->modules[i].unloaded)
            m = &g->modules[i];
    }
    lgc_out_str(out, "global variable ");
    if (v != NULL && slot - v->start < v->size) {
        lgc_out_str(out, v->name);
        if (slot != v->start)
            lgc_out_f(out, "+%llu", (unsigned long long)(slot - v->start));
        if (m != NULL)
            lgc_out_f(out, " (%s)", base_name(m->path));
    } else if (m != NULL) {
        lgc_out_f(out, "%s+0x%llx", base_name(m->path), (unsigned long long)(slot - m->bias));
    } else {
        lgc_out_address(out, slot);
    }
}

static void put_thread(struct lgc_out *out, const struct lgc_graph *g, uint64_t tid)
{
    const struct lgc_thread_info *t = lgc_explain_task(g, tid);
    const char *name = t == NULL ? NULL : t->tag != NULL ? t->tag : t->name;
    if (t != NULL && t->id != 0)
        lgc_out_f(out, " of thread %u", t->id);
    else if (tid != 0)
        lgc_out_f(out, " of task %llu", (unsigned long long)tid);
    if (name != NULL)
        lgc_out_f(out, " (%s)", name);
}

static void put_stack(struct lgc_out *out, const struct lgc_graph *g,
                      const struct lgc_graph_root *r)
{
    lgc_out_str(out, "stack");
    put_thread(out, g, r->tid);
    for (size_t i = 0; i < g->nframes; i++) {
        const struct lgc_graph_frame *f = &g->frames[i];
        if (f->tid == r->tid && r->slot >= f->lo && r->slot < f->hi) {
            lgc_out_str(out, " in ");
            lgc_explain_frame(out, g, &f->frame);
            return;
        }
    }
    lgc_out_str(out, " at ");
    lgc_out_address(out, r->slot);
}

static void put_register(struct lgc_out *out, uint64_t number)
{
    static const char *const names[] = { "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
        "rdi", "rsi", "rbp", "rbx", "rdx", "rax", "rcx", "rsp", "rip" };
    if (number < sizeof names / sizeof names[0])
        lgc_out_f(out, "register %s", names[number]);
    else
        lgc_out_f(out, "register number %llu", (unsigned long long)number);
}

void lgc_explain_root(struct lgc_out *out, const struct lgc_graph *g,
                      const struct lgc_graph_root *r)
{
    switch (r->kind) {
    case LGC_HEAPDUMP_GLOBAL: put_global(out, g, r->slot); return;
    case LGC_HEAPDUMP_STACK: put_stack(out, g, r); return;
    case LGC_HEAPDUMP_REGISTER: put_register(out, r->slot); break;
    case LGC_HEAPDUMP_VECTOR: lgc_out_str(out, "vector register"); break;
    case LGC_HEAPDUMP_TLS: lgc_out_str(out, "thread-local variable"); break;
    case LGC_HEAPDUMP_MAPPING: lgc_out_str(out, "mapped memory"); break;
    case LGC_HEAPDUMP_REGION: lgc_out_str(out, "registered region"); break;
    case LGC_HEAPDUMP_LOADER: lgc_out_str(out, "the loader's memory"); break;
    default: lgc_out_str(out, "the program's word that it is no leak"); return;
    }
    put_thread(out, g, r->tid);
    if (!lgc_explain_slot_is_number(r->kind)) {
        lgc_out_str(out, " at ");
        lgc_out_address(out, r->slot);
    }
}

void lgc_explain_fingerprint(const struct lgc_graph *g, uint32_t site, char text[17])
{
    struct lgc_symbolizer s = lgc_load_symbolizer(g);
    struct lgc_finding f = { .modules = g->modules, .nmodules = g->nmodules };
    struct lgc_group group = { .frames = g->sites[site].frames,
                               .nframes = g->sites[site].nframes };
    lgc_report_fingerprint(&f, &group, &s, text);
}
