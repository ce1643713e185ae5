/* SPDX-License-Identifier: MIT
 * churn.c: samples the records of blocks that have just been freed. */
#include "run/churn.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"
#include "capture/clock.h"
#include "capture/site.h"
#include "heap/cache.h"

enum { SITES = 4096, TRIES = 32, DEPTH = 8 };

static struct lgc_churn_site *place(struct lgc_churn *c, uint32_t site)
{
    size_t at = site * 2654435761u % SITES;

    for (int i = 0; i < TRIES; i++, at = (at + 1) % SITES)
        if (c->site[at].site == site || c->site[at].site == 0)
            return &c->site[at];
    return NULL;
}

static void look(const uint16_t *info, size_t size, void *arg)
{
    struct lgc_churn *c = arg;
    struct lgc_origin origin = *(const struct lgc_origin *)(info + 1);
    struct lgc_churn_site *s;

    if ((*(const volatile uint16_t *)info & LGC_INFO_STATE) != LGC_INFO_FREE ||
        origin.time <= c->since || origin.site == 0 || origin.site > lgc_site_limit())
        return;
    s = place(c, origin.site);
    if (s == NULL) {
        c->missed++;
        return;
    }
    s->site = origin.site;
    s->bytes += size;
    s->objects++;
    s->hits += s->last != c->samples;
    s->last = c->samples;
}

static uint64_t allocated(void)
{
    struct lgc_count allocated, freed;

    lgc_cache_totals(&allocated, &freed);
    return allocated.objects;
}

bool lgc_churn_sample(struct lgc_churn *c)
{
    if (c->site == NULL && (c->site = lgc_mem_map(SITES * sizeof *c->site)) == NULL)
        return false;
    if (c->begun) {
        c->samples++;
        lgc_cache_each_freed(DEPTH, look, c);
    } else {
        c->allocated = allocated();
        c->begun = true;
    }
    c->since = lgc_clock_step();
    return true;
}

static int by_hits(const void *x, const void *y)
{
    const struct lgc_churn_site *a = x, *b = y;

    if (a->hits != b->hits)
        return a->hits > b->hits ? -1 : 1;
    if (a->objects != b->objects)
        return a->objects > b->objects ? -1 : 1;
    return a->site < b->site ? -1 : a->site > b->site;
}

size_t lgc_churn_sort(struct lgc_churn *c)
{
    size_t n = 0;

    for (size_t i = 0; c->site != NULL && i < SITES; i++)
        if (c->site[i].site != 0)
            c->site[n++] = c->site[i];
    if (n > 0)
        lgc_sort(c->site, n, sizeof *c->site, by_hits);
    c->allocated = allocated() - c->allocated;
    return n;
}

void lgc_churn_free(struct lgc_churn *c)
{
    lgc_mem_unmap(c->site, SITES * sizeof *c->site);
    memset(c, 0, sizeof *c);
}
