/* SPDX-License-Identifier: MIT
 * census.c: reads dumps by graph/load.h and reports by jansson. */
#include "graph/census.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "graph/explain.h"
#include "graph/load.h"
#include "graph/read.h"
#include "graph/sites.h"
#include "graph/table.h"

enum { FRAMES = 4 };

static int by_fingerprint(const void *left, const void *right)
{
    const struct lgc_census_site *a = left, *b = right;
    return strcmp(a->fingerprint, b->fingerprint);
}

static void add(struct lgc_amount *to, struct lgc_amount more)
{
    to->bytes += more.bytes;
    to->objects += more.objects;
}

/* Sorts, and makes one of several rows of a fingerprint (kinds of a report, or
 * stacks that differ in addresses only). */
static void unite(struct lgc_census *c)
{
    size_t kept = 0;
    if (c->n > 0)
        qsort(c->site, c->n, sizeof *c->site, by_fingerprint);
    for (size_t i = 0; i < c->n; i++) {
        if (kept == 0 || by_fingerprint(&c->site[kept - 1], &c->site[i]) != 0) {
            c->site[kept++] = c->site[i];
            continue;
        }
        for (unsigned k = 0; k < LGC_KIND_COUNT; k++)
            add(&c->site[kept - 1].kind[k], c->site[i].kind[k]);
        free(c->site[i].where);
    }
    c->n = kept;
}

static char *text_of(const struct lgc_out *out)
{
    size_t n = out->used < sizeof out->buf ? out->used : sizeof out->buf;
    return strndup(out->buf, n);
}

/* ---- a dump ----------------------------------------------------------- */

static bool from_graph(const struct lgc_graph *g, struct lgc_census *c)
{
    struct lgc_sites sites;
    if (!lgc_sites_count(g, NULL, &sites))
        return false;
    c->is_dump = true;
    c->kinds = (1u << LGC_KIND_COUNT) - 1;
    c->site = calloc(g->nsites + 1, sizeof *c->site);
    for (size_t i = 0; c->site != NULL && i < g->nsites; i++) {
        struct lgc_census_site *s = &c->site[c->n];
        struct lgc_out text;
        if (sites.row[i].live.objects == 0)
            continue;
        lgc_out_init(&text, -1);
        lgc_explain_site(&text, g, (uint32_t)i, FRAMES);
        lgc_explain_fingerprint(g, (uint32_t)i, s->fingerprint);
        memcpy(s->kind, sites.row[i].kind, sizeof s->kind);
        s->where = text_of(&text);
        if (s->where == NULL)
            break;
        c->n++;
    }
    lgc_sites_free(&sites);
    return c->site != NULL;
}

/* ---- a report --------------------------------------------------------- */

static bool read_kind(const char *name, unsigned *kind)
{
    for (*kind = 0; name != NULL && *kind < LGC_KIND_COUNT; ++*kind) {
        if (strcmp(name, lgc_explain_kind((enum lgc_kind)*kind)) == 0)
            return true;
    }
    return false;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void put_frame(struct lgc_out *out, const json_t *frame)
{
    const char *function = json_string_value(json_object_get(frame, "function"));
    const char *file = json_string_value(json_object_get(frame, "file"));
    const char *module = json_string_value(json_object_get(frame, "module"));
    const char *offset = json_string_value(json_object_get(frame, "offset"));
    if (function != NULL)
        lgc_out_str(out, function);
    else
        lgc_out_f(out, "%s+%s", module != NULL ? base_name(module) : "?",
                  offset != NULL ? offset : "?");
    if (file != NULL)
        lgc_out_f(out, " %s:%u", base_name(file),
                  (unsigned)json_integer_value(json_object_get(frame, "line")));
}

static char *where_of(const json_t *leak)
{
    const json_t *frames = json_object_get(leak, "frames");
    struct lgc_out out;
    lgc_out_init(&out, -1);
    for (size_t i = 0; i < json_array_size(frames) && i < FRAMES; i++) {
        lgc_out_str(&out, i > 0 ? " < " : "");
        put_frame(&out, json_array_get(frames, i));
    }
    if (out.used == 0)
        lgc_out_str(&out, "(no stack)");
    return text_of(&out);
}

/* NULL, or what is wrong with it. */
static const char *read_leak(const json_t *leak, struct lgc_census *c)
{
    struct lgc_census_site *s = &c->site[c->n];
    const char *fingerprint = json_string_value(json_object_get(leak, "fingerprint"));
    const json_t *bytes = json_object_get(leak, "bytes"), *objects = json_object_get(leak, "objects");
    unsigned kind;
    if (fingerprint == NULL || strlen(fingerprint) != sizeof s->fingerprint - 1)
        return "an entry of \"leaks\" has no fingerprint";
    if (!read_kind(json_string_value(json_object_get(leak, "kind")), &kind))
        return "an entry of \"leaks\" has no kind that is known";
    if (!json_is_integer(bytes) || !json_is_integer(objects) || json_integer_value(bytes) < 0
        || json_integer_value(objects) < 0)
        return "an entry of \"leaks\" has no numbers of bytes and objects";
    memcpy(s->fingerprint, fingerprint, sizeof s->fingerprint);
    s->kind[kind].bytes = (uint64_t)json_integer_value(bytes);
    s->kind[kind].objects = (uint64_t)json_integer_value(objects);
    s->where = where_of(leak);
    if (s->where == NULL)
        return "out of memory";
    c->kinds |= 1u << kind;
    c->n++;
    return NULL;
}

static const char *from_report(const json_t *report, struct lgc_census *c)
{
    const json_t *leaks = json_object_get(report, "leaks");
    const char *tool = json_string_value(json_object_get(report, "tool"));
    const char *why = NULL;
    if (tool == NULL || strcmp(tool, "leaksgc") != 0 || !json_is_array(leaks))
        return "it is JSON, but no report of leaksgc";
    c->kinds = 1u << LGC_KIND_DIRECT | 1u << LGC_KIND_INDIRECT;
    c->site = calloc(json_array_size(leaks) + 1, sizeof *c->site);
    if (c->site == NULL)
        return "out of memory";
    for (size_t i = 0; why == NULL && i < json_array_size(leaks); i++)
        why = read_leak(json_array_get(leaks, i), c);
    return why;
}

/* ---- either ----------------------------------------------------------- */

static bool read_dump(FILE *in, struct lgc_census *c, char *error, size_t size)
{
    struct lgc_load load = { .in = in };
    struct lgc_graph *g = lgc_load_graph(&load);
    bool ok = g != NULL && from_graph(g, c);
    if (g == NULL)
        snprintf(error, size, "%s", load.error);
    else if (!ok)
        snprintf(error, size, "out of memory");
    lgc_load_free(g);
    return ok;
}

static bool read_report(FILE *in, struct lgc_census *c, char *error, size_t size)
{
    json_error_t e;
    /* A log may hold several reports one after the other: the last counts. */
    json_t *report = NULL, *next;
    while ((next = json_loadf(in, JSON_DISABLE_EOF_CHECK, &e)) != NULL) {
        json_decref(report);
        report = next;
        int c0 = fgetc(in);
        while (c0 == '\n' || c0 == ' ' || c0 == '\r' || c0 == '\t')
            c0 = fgetc(in);
        if (c0 == EOF)
            break;
        ungetc(c0, in);
    }
    const char *why = NULL;
    if (next == NULL)
        snprintf(error, size, "neither a heap dump nor a JSON report: line %d: %s", e.line, e.text);
    else if ((why = from_report(report, c)) != NULL)
        snprintf(error, size, "%s", why);
    json_decref(report);
    return next != NULL && why == NULL;
}

struct lgc_census *lgc_census_read(FILE *in, char *error, size_t size)
{
    struct lgc_census *c = calloc(1, sizeof *c);
    if (c == NULL) {
        snprintf(error, size, "out of memory");
        return NULL;
    }
    bool ok = lgc_read_is_dump(in) ? read_dump(in, c, error, size)
                                   : read_report(in, c, error, size);
    if (ok) {
        unite(c);
        return c;
    }
    lgc_census_free(c);
    return NULL;
}

void lgc_census_free(struct lgc_census *c)
{
    for (size_t i = 0; c != NULL && i < c->n; i++)
        free(c->site[i].where);
    if (c != NULL)
        free(c->site);
    free(c);
}

const struct lgc_census_site *lgc_census_find(const struct lgc_census *c, const char *fingerprint)
{
    size_t low = 0, high = c->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(c->site[middle].fingerprint, fingerprint);
        if (order == 0)
            return &c->site[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

struct lgc_amount lgc_census_lost(const struct lgc_census_site *site)
{
    struct lgc_amount sum = site->kind[LGC_KIND_DIRECT];
    add(&sum, site->kind[LGC_KIND_INDIRECT]);
    return sum;
}
