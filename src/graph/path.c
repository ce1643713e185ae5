/* SPDX-License-Identifier: MIT
 * path.c: breadth first from all roots at once. */
#include "graph/path.h"

#include <stdlib.h>
#include <string.h>

struct search {
    const struct lgc_graph *g;
    uint32_t *queue;
    uint32_t *by;                /* edge that led to an object, plus one; 0: a start */
    uint32_t *from;              /* its source                               */
    uint8_t *seen;
    size_t head, tail;
};

static void start(struct search *s, uint32_t object)
{
    if (s->seen[object])
        return;
    s->seen[object] = 1;
    s->by[object] = 0;
    s->queue[s->tail++] = object;
}

/* Until the object is met, or there is nothing more to look at. */
static bool flood(struct search *s, uint32_t object)
{
    const struct lgc_graph *g = s->g;
    while (!s->seen[object] && s->head < s->tail) {
        uint32_t at = s->queue[s->head++];
        for (uint32_t e = g->first[at]; e < g->first[at + 1]; e++) {
            uint32_t to = g->target[e];
            if (s->seen[to])
                continue;
            start(s, to);
            s->by[to] = e + 1;
            s->from[to] = at;
        }
    }
    return s->seen[object];
}

static bool give(const struct search *s, uint32_t object, struct lgc_path *out)
{
    size_t n = 1;
    for (uint32_t at = object; s->by[at] != 0; at = s->from[at])
        n++;
    out->object = malloc(n * sizeof *out->object);
    out->edge = malloc(n * sizeof *out->edge);
    if (out->object == NULL || out->edge == NULL)
        return false;
    out->n = n;
    for (uint32_t at = object; ; at = s->from[at]) {
        out->object[--n] = at;
        if (n == 0)
            return true;
        out->edge[n - 1] = s->by[at] - 1;
    }
}

static size_t root_of(const struct lgc_graph *g, uint32_t object)
{
    for (size_t i = 0; i < g->nroots; i++) {
        if (g->roots[i].target == object)
            return i;
    }
    return SIZE_MAX;
}

bool lgc_path_find(const struct lgc_graph *g, uint32_t object, struct lgc_path *out)
{
    size_t n = (size_t)g->n + 1;
    struct search s = { .g = g, .queue = malloc(n * sizeof *s.queue),
                        .by = malloc(n * sizeof *s.by), .from = malloc(n * sizeof *s.from),
                        .seen = calloc(n, 1) };
    bool ok = s.queue != NULL && s.by != NULL && s.from != NULL && s.seen != NULL;
    memset(out, 0, sizeof *out);
    if (ok) {
        for (size_t i = 0; i < g->nroots; i++)
            start(&s, g->roots[i].target);
        bool found = flood(&s, object);
        for (uint32_t i = 0; !found && i < g->n; i++) {
            if (g->kind[i] == LGC_KIND_DIRECT)
                start(&s, i);
        }
        if (!found && !flood(&s, object))
            start(&s, object);
        ok = give(&s, object, out);
        if (ok)
            out->root = root_of(g, out->object[0]);
    }
    free(s.queue);
    free(s.by);
    free(s.from);
    free(s.seen);
    if (!ok)
        lgc_path_free(out);
    return ok;
}

void lgc_path_free(struct lgc_path *path)
{
    free(path->object);
    free(path->edge);
    memset(path, 0, sizeof *path);
}

uint64_t lgc_path_referrers(const struct lgc_graph *g, uint32_t object,
                            void (*each)(void *arg, uint32_t source, uint32_t edge, size_t root),
                            void *arg)
{
    uint64_t n = 0;
    for (size_t i = 0; i < g->nroots; i++) {
        if (g->roots[i].target == object) {
            each(arg, LGC_GRAPH_NONE, 0, i);
            n++;
        }
    }
    for (uint32_t i = 0, e = 0; i < g->n; i++) {
        for (; e < g->first[i + 1]; e++) {
            if (g->target[e] == object) {
                each(arg, i, e, SIZE_MAX);
                n++;
            }
        }
    }
    return n;
}

uint32_t *lgc_path_count_references(const struct lgc_graph *g)
{
    uint32_t *count = calloc((size_t)g->n + 1, sizeof *count);
    if (count == NULL)
        return NULL;
    for (size_t i = 0; i < g->nroots; i++)
        count[g->roots[i].target]++;
    for (uint32_t e = 0; e < g->nedges; e++)
        count[g->target[e]]++;
    return count;
}
