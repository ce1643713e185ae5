/* SPDX-License-Identifier: MIT
 * view.c: the tables of sites. */
#include "tool/view.h"

#include <stdlib.h>
#include <string.h>

#include "graph/explain.h"
#include "tool/viewing.h"

void lgc_viewing_key(struct lgc_view *v, const char *key)
{
    lgc_out_str(v->out, ",\n");
    lgc_out_json(v->out, key);
    lgc_out_char(v->out, ':');
}

void lgc_viewing_amount(struct lgc_out *out, const char *key, struct lgc_amount a)
{
    lgc_out_f(out, "\"%s\":{\"bytes\":%llu,\"objects\":%llu}", key, (unsigned long long)a.bytes,
              (unsigned long long)a.objects);
}

void lgc_viewing_column(struct lgc_out *out, uint64_t value, unsigned width)
{
    char text[24];
    unsigned n = 0;
    do
        text[n++] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    for (unsigned i = n; i < width; i++)
        lgc_out_char(out, ' ');
    while (n > 0)
        lgc_out_char(out, text[--n]);
}

void lgc_viewing_size(struct lgc_out *out, uint64_t bytes, unsigned width)
{
    struct lgc_out text;
    lgc_out_init(&text, -1);
    lgc_explain_bytes(&text, bytes);
    for (size_t i = text.used; i < width; i++)
        lgc_out_char(out, ' ');
    lgc_out_bytes(out, text.buf, text.used);
}

/* ---- the summary ------------------------------------------------------ */

static void summary_json(struct lgc_view *v)
{
    const struct lgc_graph *g = v->graph;
    lgc_viewing_key(v, "dump");
    lgc_out_f(v->out, "{\"pid\":%llu,\"time_ns\":%lld,\"reason\":", (unsigned long long)g->pid,
              (long long)g->time_ns);
    lgc_out_json(v->out, g->reason);
    lgc_out_str(v->out, ",\"exe\":");
    lgc_out_json(v->out, g->exe);
    lgc_out_f(v->out, ",\"objects\":%u,\"pointers\":%u,\"roots\":%zu,\"sites\":%zu,"
              "\"threads\":%zu,\"modules\":%zu}", g->n, g->nedges, g->nroots, g->nsites - 1,
              g->nthreads, g->nmodules);
    lgc_viewing_key(v, "summary");
    lgc_out_char(v->out, '{');
    for (unsigned k = 0; k < LGC_KIND_COUNT; k++) {
        lgc_viewing_amount(v->out, lgc_explain_kind((enum lgc_kind)k), v->sites->kind[k]);
        lgc_out_char(v->out, ',');
    }
    lgc_viewing_amount(v->out, "live", v->sites->live);
    lgc_out_char(v->out, ',');
    lgc_viewing_amount(v->out, "internal", v->sites->internal);
    lgc_out_char(v->out, '}');
}

static void put_sum(struct lgc_view *v, const char *name, struct lgc_amount a)
{
    lgc_out_f(v->out, "  %s", name);
    for (size_t n = strlen(name); n < 10; n++)
        lgc_out_char(v->out, ' ');
    lgc_viewing_column(v->out, a.objects, 12);
    lgc_out_str(v->out, " objects ");
    lgc_viewing_column(v->out, a.bytes, 15);
    lgc_out_str(v->out, " bytes\n");
}

void lgc_view_summary(struct lgc_view *v)
{
    const struct lgc_graph *g = v->graph;
    if (v->json) {
        summary_json(v);
        return;
    }
    lgc_out_f(v->out, "Heap of %s, process %llu (taken by: %s)\n", g->exe,
              (unsigned long long)g->pid, g->reason);
    lgc_out_f(v->out, "  %u objects, %u pointers between them, %zu from roots; %zu sites, "
              "%zu threads\n", g->n, g->nedges, g->nroots, g->nsites - 1, g->nthreads);
    for (unsigned k = 0; k < LGC_KIND_COUNT; k++)
        put_sum(v, lgc_explain_kind((enum lgc_kind)k), v->sites->kind[k]);
    put_sum(v, "live", v->sites->live);
}

/* ---- tables of sites -------------------------------------------------- */

static int by_live(const void *left, const void *right)
{
    const struct lgc_sites_row *a = *(const struct lgc_sites_row *const *)left;
    const struct lgc_sites_row *b = *(const struct lgc_sites_row *const *)right;
    if (a->live.bytes != b->live.bytes)
        return a->live.bytes > b->live.bytes ? -1 : 1;
    return a->site < b->site ? -1 : a->site > b->site;
}

static int by_recent(const void *left, const void *right)
{
    const struct lgc_sites_row *a = *(const struct lgc_sites_row *const *)left;
    const struct lgc_sites_row *b = *(const struct lgc_sites_row *const *)right;
    if (a->recent.bytes != b->recent.bytes)
        return a->recent.bytes > b->recent.bytes ? -1 : 1;
    return by_live(left, right);
}

static int by_retained(const void *left, const void *right)
{
    const struct lgc_sites_row *a = *(const struct lgc_sites_row *const *)left;
    const struct lgc_sites_row *b = *(const struct lgc_sites_row *const *)right;
    if (a->retained.bytes != b->retained.bytes)
        return a->retained.bytes > b->retained.bytes ? -1 : 1;
    return by_live(left, right);
}

void lgc_viewing_stack(struct lgc_view *v, uint32_t site)
{
    const struct lgc_graph *g = v->graph;
    const struct lgc_graph_site *s = &g->sites[site];
    lgc_out_str(v->out, ",\"stack\":[");
    for (uint32_t i = 0; i < s->nframes; i++) {
        struct lgc_out text;
        lgc_out_init(&text, -1);
        lgc_explain_frame(&text, g, &s->frames[i]);
        text.buf[text.used < sizeof text.buf ? text.used : sizeof text.buf - 1] = '\0';
        lgc_out_str(v->out, i > 0 ? "," : "");
        lgc_out_json(v->out, text.buf);
    }
    lgc_out_char(v->out, ']');
}

static void row_json(struct lgc_view *v, const struct lgc_sites_row *row)
{
    char fingerprint[17];
    lgc_explain_fingerprint(v->graph, row->site, fingerprint);
    lgc_out_f(v->out, "\n{\"fingerprint\":\"%s\",", fingerprint);
    lgc_viewing_amount(v->out, "live", row->live);
    for (unsigned k = 0; k < LGC_KIND_COUNT; k++) {
        lgc_out_char(v->out, ',');
        lgc_viewing_amount(v->out, lgc_explain_kind((enum lgc_kind)k), row->kind[k]);
    }
    lgc_out_char(v->out, ',');
    lgc_viewing_amount(v->out, "recent", row->recent);
    if (v->dominate != NULL) {
        lgc_out_char(v->out, ',');
        lgc_viewing_amount(v->out, "retained", row->retained);
    }
    lgc_out_f(v->out, ",\"first_time_ns\":%lld,\"last_time_ns\":%lld", (long long)row->first_ns,
              (long long)row->last_ns);
    lgc_viewing_stack(v, row->site);
    lgc_out_char(v->out, '}');
}

/* Always: retained (if known), live, objects, lost, recent, where. */
static void row_text(struct lgc_view *v, const struct lgc_sites_row *row)
{
    uint64_t lost = row->kind[LGC_KIND_DIRECT].bytes + row->kind[LGC_KIND_INDIRECT].bytes;
    if (v->dominate != NULL)
        lgc_viewing_size(v->out, row->retained.bytes, 9);
    lgc_viewing_size(v->out, row->live.bytes, 9);
    lgc_viewing_column(v->out, row->live.objects, 10);
    lgc_viewing_size(v->out, lost, 9);
    lgc_viewing_size(v->out, row->recent.bytes, 9);
    lgc_out_str(v->out, "  ");
    lgc_explain_site(v->out, v->graph, row->site, 4);
    lgc_out_char(v->out, '\n');
}

static void table(struct lgc_view *v, const char *key, const char *title,
                  int (*order)(const void *, const void *))
{
    const struct lgc_sites_row **list = malloc((v->sites->n + 1) * sizeof *list);
    size_t n = 0;
    for (size_t i = 0; list != NULL && i < v->sites->n; i++) {
        if (v->sites->row[i].live.objects > 0
            && (order != by_recent || v->sites->row[i].recent.bytes > 0))
            list[n++] = &v->sites->row[i];
    }
    if (n > 0)
        qsort(list, n, sizeof *list, order);
    size_t shown = n < v->top ? n : v->top;
    if (v->json) {
        lgc_viewing_key(v, key);
        lgc_out_char(v->out, '[');
    } else {
        lgc_out_f(v->out, "\n%s", title);
        if (shown < n)
            lgc_out_f(v->out, " (%zu of %zu)", shown, n);
        lgc_out_f(v->out, ":\n%s     live   objects     lost   recent  allocated in\n",
                  v->dominate != NULL ? " retained" : "");
    }
    for (size_t i = 0; i < shown && !v->out->failed; i++) {
        if (v->json && i > 0)
            lgc_out_char(v->out, ',');
        if (v->json)
            row_json(v, list[i]);
        else
            row_text(v, list[i]);
    }
    if (v->json)
        lgc_out_char(v->out, ']');
    free(list);
}

void lgc_view_sites(struct lgc_view *v) { table(v, "sites", "Sites by live bytes", by_live); }

void lgc_view_growing(struct lgc_view *v)
{
    table(v, "growing", "Sites by what the last tenth of the time added and is still there",
          by_recent);
}

void lgc_viewing_sites_by_retained(struct lgc_view *v)
{
    table(v, "retained_by_site", "Sites by what their objects retain", by_retained);
}
