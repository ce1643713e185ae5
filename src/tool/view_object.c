/* SPDX-License-Identifier: MIT
 * view_object.c: single objects: what they are, retain, and hang on. */
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "graph/path.h"
#include "graph/explain.h"
#include "tool/viewing.h"

/* ---- one object in a line --------------------------------------------- */

/* JSON: a string, or null if addresses are not to be shown. */
static void put_address(struct lgc_view *v, uint64_t address)
{
    uint64_t shown;
    if (lgc_address_shown(address, &shown))
        lgc_out_f(v->out, "\"0x%llx\"", (unsigned long long)shown);
    else
        lgc_out_str(v->out, "null");
}

static void object_json(struct lgc_view *v, uint32_t i)
{
    const struct lgc_graph *g = v->graph;
    lgc_out_str(v->out, "{\"address\":");
    put_address(v, g->address[i]);
    lgc_out_f(v->out, ",\"size\":%llu,\"kind\":\"%s\",\"internal\":%s,"
              "\"thread\":%u,\"time_ns\":%lld", (unsigned long long)g->size[i], lgc_explain_kind((enum lgc_kind)g->kind[i]),
              g->internal[i] ? "true" : "false", g->thread[i], (long long)g->time_ns_of[i]);
    if (v->references != NULL)
        lgc_out_f(v->out, ",\"references\":%u", v->references[i]);
    if (v->dominate != NULL) {
        lgc_out_f(v->out, ",\"retained\":{\"bytes\":%llu,\"objects\":%llu}",
                  (unsigned long long)v->dominate->bytes[i],
                  (unsigned long long)v->dominate->objects[i]);
    }
    lgc_viewing_stack(v, g->site[i]);
    lgc_out_char(v->out, '}');
}

static void object_text(struct lgc_view *v, uint32_t i)
{
    const struct lgc_graph *g = v->graph;
    lgc_out_address(v->out, g->address[i]);
    lgc_out_f(v->out, "  %llu bytes, %s", (unsigned long long)g->size[i],
              g->internal[i] ? "the loader's" : lgc_explain_kind((enum lgc_kind)g->kind[i]));
    if (v->references != NULL)
        lgc_out_f(v->out, ", %u references", v->references[i]);
    lgc_out_str(v->out, "  ");
    lgc_explain_site(v->out, g, g->site[i], 3);
}

static void put_object(struct lgc_view *v, uint32_t i)
{
    if (v->json)
        object_json(v, i);
    else
        object_text(v, i);
}

/* ---- tables of objects ------------------------------------------------ */

/* The `top` objects with the largest value, largest first; the caller frees
 * them.  A heap of the smallest ones on top, so that ten million objects need
 * no sorting. */
static uint32_t *largest(const struct lgc_view *v, const uint64_t *value, size_t *n)
{
    const struct lgc_graph *g = v->graph;
    uint32_t *heap = malloc((v->top + 1) * sizeof *heap);
    *n = 0;
    for (uint32_t i = 0; heap != NULL && i < g->n; i++) {
        size_t at;
        if (g->internal[i] || (*n == v->top && (*n == 0 || value[i] <= value[heap[0]])))
            continue;
        if (*n < v->top) {
            for (at = (*n)++; at > 0 && value[heap[(at - 1) / 2]] > value[i]; at = (at - 1) / 2)
                heap[at] = heap[(at - 1) / 2];
            heap[at] = i;
            continue;
        }
        for (at = 0; 2 * at + 1 < *n; ) {
            size_t child = 2 * at + 1;
            if (child + 1 < *n && value[heap[child + 1]] < value[heap[child]])
                child++;
            if (value[heap[child]] >= value[i])
                break;
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = i;
    }
    for (size_t a = 1; heap != NULL && a < *n; a++) {   /* few: by insertion */
        uint32_t x = heap[a];
        size_t b = a;
        for (; b > 0 && value[heap[b - 1]] < value[x]; b--)
            heap[b] = heap[b - 1];
        heap[b] = x;
    }
    return heap;
}

void lgc_view_retained(struct lgc_view *v)
{
    size_t n;
    uint32_t *list = largest(v, v->dominate->bytes, &n);
    if (v->json) {
        lgc_viewing_key(v, "retained");
        lgc_out_char(v->out, '[');
    } else {
        lgc_out_str(v->out, "\nObjects by what they retain (all that would go with them):\n"
                    " retained   objects\n");
    }
    for (size_t i = 0; i < n; i++) {
        if (v->json) {
            lgc_out_str(v->out, i > 0 ? ",\n" : "\n");
        } else {
            lgc_viewing_size(v->out, v->dominate->bytes[list[i]], 9);
            lgc_viewing_column(v->out, v->dominate->objects[list[i]], 10);
            lgc_out_str(v->out, "  ");
        }
        put_object(v, list[i]);
        lgc_out_str(v->out, v->json ? "" : "\n");
    }
    lgc_out_str(v->out, v->json ? "]" : "");
    free(list);
    lgc_viewing_sites_by_retained(v);
}

void lgc_view_interior(struct lgc_view *v)
{
    const struct lgc_graph *g = v->graph;
    size_t shown = 0, n = 0;
    if (v->json) {
        lgc_viewing_key(v, "interior");
        lgc_out_char(v->out, '[');
    } else {
        lgc_out_str(v->out, "\nObjects that only pointers into their inside reach:\n");
    }
    for (uint32_t i = 0; i < g->n; i++) {
        if (g->kind[i] != LGC_KIND_POSSIBLE || g->internal[i] || n++ >= v->top)
            continue;
        lgc_out_str(v->out, v->json ? shown > 0 ? ",\n" : "\n" : "  ");
        put_object(v, i);
        lgc_out_str(v->out, v->json ? "" : "\n");
        shown++;
    }
    if (v->json)
        lgc_out_char(v->out, ']');
    else if (shown < n || n == 0)
        lgc_out_f(v->out, n == 0 ? "  none\n" : "  ... of %zu\n", n);
}

void lgc_view_object(struct lgc_view *v, uint32_t object)
{
    if (v->json)
        lgc_viewing_key(v, "object");
    else
        lgc_out_char(v->out, '\n');
    put_object(v, object);
    lgc_out_str(v->out, v->json ? "" : "\n");
}

/* ---- who points at it ------------------------------------------------- */

struct listing { struct lgc_view *view; size_t n; };

static void put_offset(struct lgc_out *out, uint32_t offset)
{
    lgc_out_f(out, offset == UINT32_MAX ? "+%u or more" : "+%u", offset);
}

static void root_json(struct lgc_view *v, size_t root)
{
    const struct lgc_graph_root *r = &v->graph->roots[root];
    struct lgc_out text;
    lgc_out_init(&text, -1);
    lgc_explain_root(&text, v->graph, r);
    text.buf[text.used < sizeof text.buf ? text.used : sizeof text.buf - 1] = '\0';
    lgc_out_f(v->out, "{\"kind\":\"%s\",\"slot\":", lgc_explain_root_kind(r->kind));
    if (lgc_explain_slot_is_number(r->kind))
        lgc_out_f(v->out, "\"0x%llx\"", (unsigned long long)r->slot);
    else
        put_address(v, r->slot);
    lgc_out_f(v->out, ",\"tid\":%llu,\"inside\":%u,\"what\":", (unsigned long long)r->tid,
              r->inside);
    lgc_out_json(v->out, text.buf);
    lgc_out_char(v->out, '}');
}

static void list_referrer(void *arg, uint32_t source, uint32_t edge, size_t root)
{
    struct listing *l = arg;
    struct lgc_view *v = l->view;
    const struct lgc_graph *g = v->graph;
    if (l->n++ >= v->top)
        return;
    if (v->json) {
        lgc_out_str(v->out, l->n > 1 ? ",\n" : "\n");
        if (root != SIZE_MAX) {
            lgc_out_str(v->out, "{\"root\":");
            root_json(v, root);
        } else {
            lgc_out_f(v->out, "{\"offset\":%u,\"inside\":%u,\"object\":", g->offset[edge],
                      g->inside[edge]);
            object_json(v, source);
        }
        lgc_out_char(v->out, '}');
        return;
    }
    lgc_out_str(v->out, "  ");
    if (root != SIZE_MAX) {
        lgc_explain_root(v->out, g, &g->roots[root]);
    } else {
        put_offset(v->out, g->offset[edge]);
        lgc_out_str(v->out, " in ");
        object_text(v, source);
    }
    uint32_t inside = root != SIZE_MAX ? g->roots[root].inside : g->inside[edge];
    if (inside > 0)
        lgc_out_f(v->out, "  (points %u bytes into it)", inside);
    lgc_out_char(v->out, '\n');
}

void lgc_view_referrers(struct lgc_view *v, uint32_t object)
{
    struct listing l = { v, 0 };
    if (v->json) {
        lgc_viewing_key(v, "who_points_at");
        lgc_out_str(v->out, "{\"object\":");
        put_object(v, object);
        lgc_out_str(v->out, ",\"referrers\":[");
    } else {
        lgc_out_str(v->out, "\nWho points at ");
        put_object(v, object);
        lgc_out_str(v->out, ":\n");
    }
    uint64_t n = lgc_path_referrers(v->graph, object, list_referrer, &l);
    if (v->json)
        lgc_out_f(v->out, "],\"count\":%llu}", (unsigned long long)n);
    else if (n == 0)
        lgc_out_str(v->out, "  nobody\n");
    else if (n > v->top)
        lgc_out_f(v->out, "  ... of %llu\n", (unsigned long long)n);
}

/* ---- the way from a root ---------------------------------------------- */

static void path_json(struct lgc_view *v, const struct lgc_path *p)
{
    lgc_viewing_key(v, "path");
    lgc_out_str(v->out, "{\"root\":");
    if (p->root == SIZE_MAX)
        lgc_out_str(v->out, "null");
    else
        root_json(v, p->root);
    lgc_out_str(v->out, ",\"objects\":[");
    for (size_t i = 0; i < p->n; i++) {
        lgc_out_str(v->out, i > 0 ? ",\n" : "\n");
        lgc_out_str(v->out, "{\"object\":");
        object_json(v, p->object[i]);
        if (i + 1 < p->n)
            lgc_out_f(v->out, ",\"offset\":%u,\"inside\":%u", v->graph->offset[p->edge[i]],
                      v->graph->inside[p->edge[i]]);
        lgc_out_char(v->out, '}');
    }
    lgc_out_str(v->out, "]}");
}

/* A long way is shown at both of its ends. */
static void path_text(struct lgc_view *v, const struct lgc_path *p)
{
    const struct lgc_graph *g = v->graph;
    size_t edge = v->top < 2 ? 1 : v->top / 2;
    lgc_out_str(v->out, p->root == SIZE_MAX ? "\nNo root leads to it; it hangs on this leak:\n"
                                            : "\nThe shortest way from a root:\n");
    if (p->root != SIZE_MAX) {
        lgc_out_str(v->out, "  ");
        lgc_explain_root(v->out, g, &g->roots[p->root]);
        lgc_out_char(v->out, '\n');
    }
    for (size_t i = 0; i < p->n; i++) {
        if (i == edge && p->n > 2 * edge + 1) {
            lgc_out_f(v->out, "     ... %zu more ...\n", p->n - 2 * edge);
            i = p->n - edge;
        }
        lgc_out_str(v->out, "  -> ");
        object_text(v, p->object[i]);
        if (i + 1 < p->n) {
            lgc_out_str(v->out, ", at ");
            put_offset(v->out, g->offset[p->edge[i]]);
        }
        lgc_out_char(v->out, '\n');
    }
}

bool lgc_view_path(struct lgc_view *v, uint32_t object)
{
    struct lgc_path path;
    if (!lgc_path_find(v->graph, object, &path))
        return false;
    if (v->json)
        path_json(v, &path);
    else
        path_text(v, &path);
    lgc_path_free(&path);
    return true;
}
