/* SPDX-License-Identifier: MIT
 * dominate.c: the dominator tree by the semi-NCA algorithm: semidominators as
 * Lengauer and Tarjan find them, with path compression alone, and the immediate
 * dominators from them by walking up the tree that is there so far.
 *
 * L. Georgiadis: Linear-Time Algorithms for Dominators and Related Problems,
 * Princeton 2005, section 2.3; T. Lengauer, R. Tarjan: A fast algorithm for
 * finding dominators in a flowgraph, TOPLAS 1 (1979).
 *
 * Objects are numbered 1, 2, ... as a depth-first search meets them; 0 is the
 * one node above all roots.  The search has three parts: from roots; from direct
 * leaks; from whatever is left.  Pointers from a later part into an earlier one
 * do not count.
 */
#include "graph/dominate.h"

#include <stdlib.h>
#include <string.h>

struct search {
    const struct lgc_graph *g;
    uint32_t n;                  /* numbers given so far                     */
    uint32_t part_end[3];        /* the last number of each part             */
    uint32_t *number;            /* of an object; 0: not met                 */
    uint32_t *object;            /* of a number, from 1                      */
    uint32_t *parent;            /* of a number, in the search's tree        */
    uint32_t *semi, *label, *idom; /* of a number                            */
    uint32_t *first, *from;      /* of a number: who points to it, CSR       */
    uint8_t *starts;             /* of an object: a root points to it        */
};

static void meet(struct search *s, uint32_t object, uint32_t parent)
{
    s->number[object] = ++s->n;
    s->object[s->n] = object;
    s->parent[s->n] = parent;
}

/* Depth first, without recursion: the way back is the tree itself.  `semi` is
 * not needed yet and holds how far each object's pointers were followed. */
static void search_from(struct search *s, uint32_t start)
{
    const struct lgc_graph *g = s->g;
    s->starts[start] = 1;
    if (s->number[start] != 0)
        return;
    meet(s, start, 0);
    s->semi[s->n] = g->first[start];
    for (uint32_t at = s->n; at != 0; ) {
        uint32_t object = s->object[at], end = g->first[object + 1], e = s->semi[at];
        while (e < end && s->number[g->target[e]] != 0)
            e++;
        s->semi[at] = e < end ? e + 1 : e;
        if (e == end) {
            at = s->parent[at];
            continue;
        }
        meet(s, g->target[e], at);
        at = s->n;
        s->semi[at] = g->first[s->object[at]];
    }
}

static void search(struct search *s)
{
    const struct lgc_graph *g = s->g;
    for (size_t i = 0; i < g->nroots; i++)
        search_from(s, g->roots[i].target);
    s->part_end[0] = s->n;
    for (uint32_t i = 0; i < g->n; i++) {
        if (g->kind[i] == LGC_KIND_DIRECT && s->number[i] == 0)
            search_from(s, i);
    }
    s->part_end[1] = s->n;
    for (uint32_t i = 0; i < g->n; i++) {
        if (s->number[i] == 0)
            search_from(s, i);
    }
    s->part_end[2] = s->n;
}

static int part_of(const struct search *s, uint32_t number)
{
    return number <= s->part_end[0] ? 0 : number <= s->part_end[1] ? 1 : 2;
}

/* Who points to each number; the sources in rising order. */
static void turn_round(struct search *s)
{
    const struct lgc_graph *g = s->g;
    for (uint32_t e = 0; e < g->nedges; e++)
        s->first[s->number[g->target[e]] + 1]++;
    for (uint32_t v = 1; v <= s->n + 1; v++)
        s->first[v] += s->first[v - 1];
    for (uint32_t v = 1; v <= s->n; v++) {
        uint32_t object = s->object[v];
        for (uint32_t e = g->first[object]; e < g->first[object + 1]; e++)
            s->from[s->first[s->number[g->target[e]]]++] = v;
    }
    /* Each now begins where it ended: that is where the next one begins. */
    memmove(s->first + 1, s->first, ((size_t)s->n + 1) * sizeof *s->first);
    s->first[0] = 0;
}

/* The label with the smallest semidominator on the way up from v to the last
 * number that was linked; shortens the way.  `idom` serves as the links: it is
 * filled in only afterwards.  A way up is walked down again by a reversed list
 * in the links themselves, so there is no stack to overflow. */
static uint32_t evaluate(struct search *s, uint32_t v, uint32_t linked)
{
    uint32_t *up = s->idom;
    if (up[v] < linked)
        return s->label[v];
    uint32_t below = 0, at = v;
    do {                         /* climb; turn each link around             */
        uint32_t next = up[at];
        up[at] = below;
        below = at;
        at = next;
    } while (up[at] >= linked);
    uint32_t best = s->label[at], top = up[at];
    for (uint32_t w = below; w != 0; ) {  /* and down again                  */
        uint32_t next = up[w];
        up[w] = top;
        if (s->semi[s->label[w]] > s->semi[best])
            s->label[w] = best;
        else
            best = s->label[w];
        w = next;
    }
    return s->label[v];
}

static void find_semidominators(struct search *s)
{
    for (uint32_t v = 0; v <= s->n; v++) {
        s->semi[v] = v;
        s->label[v] = v;
        s->idom[v] = s->parent[v];
    }
    for (uint32_t w = s->n; w >= 1; w--) {
        uint32_t semi = s->starts[s->object[w]] ? 0 : s->parent[w];
        uint32_t last = s->part_end[part_of(s, w)];
        for (uint32_t i = s->first[w]; i < s->first[w + 1] && semi != 0; i++) {
            uint32_t v = s->from[i];
            if (v > last)
                break;           /* a later part: they are in rising order   */
            uint32_t u = s->semi[evaluate(s, v, w + 1)];
            semi = u < semi ? u : semi;
        }
        s->semi[w] = semi;
    }
}

static void find_dominators(struct search *s)
{
    for (uint32_t w = 1; w <= s->n; w++) {
        uint32_t d = s->parent[w];
        while (d > s->semi[w])
            d = s->idom[d];
        s->idom[w] = d;
    }
}

static bool give(struct search *s, struct lgc_dominate *out)
{
    const struct lgc_graph *g = s->g;
    out->by = malloc(((size_t)g->n + 1) * sizeof *out->by);
    out->bytes = malloc(((size_t)g->n + 1) * sizeof *out->bytes);
    out->objects = malloc(((size_t)g->n + 1) * sizeof *out->objects);
    out->order = malloc(((size_t)g->n + 1) * sizeof *out->order);
    out->reachable = s->part_end[0];
    if (out->by == NULL || out->bytes == NULL || out->objects == NULL || out->order == NULL)
        return false;
    for (uint32_t i = 0; i < g->n; i++) {
        out->bytes[i] = g->size[i];
        out->objects[i] = 1;
    }
    for (uint32_t v = s->n; v >= 1; v--) {
        uint32_t object = s->object[v];
        out->order[v - 1] = object;
        out->by[object] = s->idom[v] == 0 ? LGC_GRAPH_NONE : s->object[s->idom[v]];
        if (s->idom[v] != 0) {
            out->bytes[out->by[object]] += out->bytes[object];
            out->objects[out->by[object]] += out->objects[object];
        }
    }
    return true;
}

bool lgc_dominate_run(const struct lgc_graph *g, struct lgc_dominate *out)
{
    size_t n = (size_t)g->n + 2;
    struct search s = { .g = g };
    uint32_t **const array[] = { &s.number, &s.object, &s.parent, &s.semi, &s.label, &s.idom };
    bool ok = true;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < sizeof array / sizeof array[0]; i++) {
        *array[i] = calloc(n, sizeof **array[i]);
        ok = ok && *array[i] != NULL;
    }
    s.first = calloc(n + 1, sizeof *s.first);
    s.starts = calloc(n, 1);
    if (ok && s.first != NULL && s.starts != NULL) {
        search(&s);
        s.from = malloc(((size_t)g->nedges + 1) * sizeof *s.from);
        ok = s.from != NULL;
        if (ok) {
            turn_round(&s);
            find_semidominators(&s);
            find_dominators(&s);
        }
        free(s.from);
        free(s.first);
        s.first = NULL;
        free(s.label);
        free(s.semi);
        s.label = s.semi = NULL;
        ok = ok && give(&s, out);
    } else {
        ok = false;
    }
    for (size_t i = 0; i < sizeof array / sizeof array[0]; i++)
        free(*array[i]);
    free(s.first);
    free(s.starts);
    if (!ok)
        lgc_dominate_free(out);
    return ok;
}

void lgc_dominate_free(struct lgc_dominate *d)
{
    free(d->by);
    free(d->bytes);
    free(d->objects);
    free(d->order);
    memset(d, 0, sizeof *d);
}
