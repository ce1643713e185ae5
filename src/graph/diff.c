/* SPDX-License-Identifier: MIT
 * diff.c: merges two sorted lists. */
#include "graph/diff.h"

#include <stdlib.h>
#include <string.h>

static void add(struct lgc_amount *to, struct lgc_amount more)
{
    to->bytes += more.bytes;
    to->objects += more.objects;
}

static void sum_up(const struct lgc_census_site *site, unsigned kinds, struct lgc_amount *all,
                   struct lgc_amount *lost)
{
    for (unsigned k = 0; site != NULL && k < LGC_KIND_COUNT; k++) {
        if ((kinds >> k & 1) == 0)
            continue;
        add(all, site->kind[k]);
        if (k == LGC_KIND_DIRECT || k == LGC_KIND_INDIRECT)
            add(lost, site->kind[k]);
    }
}

static enum lgc_diff_change change_of(const struct lgc_diff_row *r)
{
    if (r->had.objects == 0)
        return r->has.objects == 0 ? LGC_DIFF_SAME : LGC_DIFF_NEW;
    if (r->has.objects == 0)
        return LGC_DIFF_GONE;
    if (r->has.bytes != r->had.bytes)
        return r->has.bytes > r->had.bytes ? LGC_DIFF_GROWN : LGC_DIFF_SHRUNK;
    if (r->has.objects != r->had.objects)
        return r->has.objects > r->had.objects ? LGC_DIFF_GROWN : LGC_DIFF_SHRUNK;
    return LGC_DIFF_SAME;
}

static void add_row(struct lgc_diff *d, const struct lgc_census_site *before,
                    const struct lgc_census_site *after, unsigned kinds)
{
    struct lgc_diff_row *r = &d->row[d->n];
    *r = (struct lgc_diff_row){ .before = before, .after = after };
    sum_up(before, kinds, &r->had, &r->had_lost);
    sum_up(after, kinds, &r->has, &r->has_lost);
    if (r->had.objects == 0 && r->has.objects == 0)
        return;                  /* of other kinds only                      */
    r->change = change_of(r);
    r->new_leak = r->had_lost.objects == 0 && r->has_lost.objects > 0;
    d->new_leaks += r->new_leak;
    add(&d->had, r->had);
    add(&d->has, r->has);
    add(&d->had_lost, r->had_lost);
    add(&d->has_lost, r->has_lost);
    d->n++;
}

static int by_weight(const void *left, const void *right)
{
    const struct lgc_diff_row *a = left, *b = right;
    if (a->new_leak != b->new_leak)
        return a->new_leak ? -1 : 1;
    int64_t x = (int64_t)(a->has.bytes - a->had.bytes), y = (int64_t)(b->has.bytes - b->had.bytes);
    if (x != y)
        return x > y ? -1 : 1;
    const struct lgc_census_site *s = a->after != NULL ? a->after : a->before;
    const struct lgc_census_site *t = b->after != NULL ? b->after : b->before;
    return strcmp(s->fingerprint, t->fingerprint);
}

bool lgc_diff_make(const struct lgc_census *before, const struct lgc_census *after,
                   unsigned kinds, struct lgc_diff *out)
{
    size_t i = 0, k = 0;
    memset(out, 0, sizeof *out);
    out->row = malloc((before->n + after->n + 1) * sizeof *out->row);
    if (out->row == NULL)
        return false;
    kinds &= before->kinds & after->kinds;
    while (i < before->n || k < after->n) {
        int order = i == before->n ? 1 : k == after->n ? -1
                  : strcmp(before->site[i].fingerprint, after->site[k].fingerprint);
        add_row(out, order <= 0 ? &before->site[i] : NULL, order >= 0 ? &after->site[k] : NULL,
                kinds);
        i += order <= 0;
        k += order >= 0;
    }
    qsort(out->row, out->n, sizeof *out->row, by_weight);
    return true;
}

void lgc_diff_free(struct lgc_diff *diff)
{
    free(diff->row);
    diff->row = NULL;
}
