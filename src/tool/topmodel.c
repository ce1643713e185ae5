/* SPDX-License-Identifier: MIT
 * topmodel.c: the numbers of leaksgc top, and which sites are listed where. */
#include "tool/topmodel.h"

#include <stdlib.h>
#include <string.h>

static const struct lgc_top_site *find(const struct lgc_top_site *site, size_t n, uint64_t stack)
{
    for (size_t i = 0; i < n; i++)
        if (site[i].stack == stack)
            return &site[i];
    return NULL;
}

static double rate(uint64_t now, uint64_t before, uint64_t ns)
{
    return ns == 0 ? 0 : ((double)now - (double)before) * 1e9 / (double)ns;
}

/* A site that was not listed before is not known to have grown. */
static bool take_sites(struct lgc_top *t, const struct lgc_toplist *list, uint64_t ns)
{
    struct lgc_top_site *fresh = calloc(list->n + 1, sizeof *fresh);
    size_t *shown = calloc(list->n + 1, sizeof *shown);
    if (fresh == NULL || shown == NULL) {
        free(fresh);
        free(shown);
        return false;
    }
    for (size_t i = 0; i < list->n; i++) {
        const struct lgc_toplist_row *r = &list->row[i];
        const struct lgc_top_site *old = find(t->site, t->n, r->stack);
        fresh[i] = (struct lgc_top_site){ r->stack, r->bytes, r->objects, old != NULL ? old->first_bytes : r->bytes,
                                          old != NULL ? rate(r->bytes, old->bytes, ns) : 0, r->label, r->frames };
    }
    free(t->site);
    free(t->shown);
    t->site = fresh;
    t->shown = shown;
    t->n = list->n;
    return true;
}

bool lgc_top_update(struct lgc_top *t, const struct lgc_heapview *view)
{
    uint64_t ns = t->times == 0 || view->time_ns <= t->time_ns ? 0 : view->time_ns - t->time_ns;
    const struct lgc_top_site *marked = lgc_top_marked(t);
    uint64_t stack = marked != NULL ? marked->stack : 0;
    if (!take_sites(t, view->sites, ns))
        return false;
    t->nshown = 0;
    t->allocated = rate(view->value[LGC_HEAPVIEW_ALLOCATED], t->value[LGC_HEAPVIEW_ALLOCATED], ns);
    t->freed = rate(view->value[LGC_HEAPVIEW_FREED], t->value[LGC_HEAPVIEW_FREED], ns);
    memcpy(t->value, view->value, sizeof t->value);
    t->time_ns = view->time_ns;
    t->times++;
    if (t->nhistory == LGC_TOP_HISTORY)
        memmove(t->history, t->history + 1, --t->nhistory * sizeof *t->history);
    t->history[t->nhistory++] = view->value[LGC_HEAPVIEW_LIVE];
    lgc_top_arrange(t);
    for (size_t i = 0; marked != NULL && i < t->nshown; i++)
        if (t->site[t->shown[i]].stack == stack)
            t->selected = i;
    return true;
}

/* qsort has no argument for these. */
static const struct lgc_top *sorted;

static int compare(const void *x, const void *y)
{
    const struct lgc_top_site *a = &sorted->site[*(const size_t *)x], *b = &sorted->site[*(const size_t *)y];
    int by = 0;
    switch (sorted->order) {
    case LGC_TOP_OBJECTS: by = (a->objects < b->objects) - (a->objects > b->objects); break;
    case LGC_TOP_GROWTH:  by = (a->growth < b->growth) - (a->growth > b->growth); break;
    case LGC_TOP_SITE:    by = strcmp(a->label, b->label); break;
    default: break;
    }
    if (by == 0)
        by = (a->bytes < b->bytes) - (a->bytes > b->bytes);
    if (by == 0)
        by = (a->stack > b->stack) - (a->stack < b->stack);
    return sorted->backwards ? -by : by;
}

static bool passes(const struct lgc_top *t, const struct lgc_top_site *s)
{
    return t->filter[0] == '\0' || strcasestr(s->label, t->filter) != NULL ||
           (s->frames != NULL && strcasestr(s->frames, t->filter) != NULL);
}

void lgc_top_arrange(struct lgc_top *t)
{
    const struct lgc_top_site *marked = lgc_top_marked(t);
    t->nshown = 0;
    for (size_t i = 0; i < t->n; i++)
        if (passes(t, &t->site[i]))
            t->shown[t->nshown++] = i;
    sorted = t;
    qsort(t->shown, t->nshown, sizeof *t->shown, compare);
    if (t->selected >= t->nshown)
        t->selected = t->nshown == 0 ? 0 : t->nshown - 1;
    for (size_t i = 0; i < t->nshown; i++)
        if (&t->site[t->shown[i]] == marked)
            t->selected = i;
}

void lgc_top_move(struct lgc_top *t, long by, size_t rows)
{
    size_t last = t->nshown == 0 ? 0 : t->nshown - 1;
    if (by < 0)
        t->selected = t->selected < (size_t)-by ? 0 : t->selected - (size_t)-by;
    else
        t->selected = last - t->selected < (size_t)by ? last : t->selected + (size_t)by;
    if (rows == 0)
        return;
    if (t->first > t->selected)
        t->first = t->selected;
    if (t->selected >= t->first + rows)
        t->first = t->selected - rows + 1;
    if (t->first + rows > t->nshown) /* no empty rows below while there are some above */
        t->first = t->nshown > rows ? t->nshown - rows : 0;
}

const struct lgc_top_site *lgc_top_marked(const struct lgc_top *t)
{
    return t->selected < t->nshown ? &t->site[t->shown[t->selected]] : NULL;
}

const char *lgc_top_order_name(enum lgc_top_order order)
{
    static const char *const names[LGC_TOP_ORDERS] = { "bytes", "objects", "growth", "site" };
    return order < LGC_TOP_ORDERS ? names[order] : NULL;
}

void lgc_top_free(struct lgc_top *t)
{
    free(t->site);
    free(t->shown);
    memset(t, 0, sizeof *t);
}
