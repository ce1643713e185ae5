/* SPDX-License-Identifier: MIT
 * live.c: live bytes by site, from the descriptors of the running program. */
#include "find/live.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"
#include "capture/site.h"
#include "world/module.h"

/* Descriptors are never unmapped; a large one may be given to another object
 * while it is read, which is the worst that can happen. */
static void count_block(struct lgc_live *live, const struct lgc_block *b, uint32_t sites)
{
    unsigned count = b->count;

    for (unsigned slot = 0; slot < count; slot++) {
        unsigned info = *lgc_block_info(b, slot);
        const struct lgc_origin *origin = lgc_block_origin(b, slot);
        uint32_t site = origin != NULL ? origin->site : 0;
        size_t bytes;

        if ((info & LGC_INFO_STATE) != LGC_INFO_USED || (info & LGC_INFO_INTERNAL) || site > sites)
            continue;
        bytes = lgc_block_requested(b, slot);
        live->site[site].amount.bytes += bytes;
        live->site[site].amount.objects++;
        live->total.bytes += bytes;
        live->total.objects++;
    }
}

static int by_bytes(const void *x, const void *y)
{
    const struct lgc_live_site *a = x, *b = y;

    if (a->amount.bytes != b->amount.bytes)
        return a->amount.bytes > b->amount.bytes ? -1 : 1;
    return a->site < b->site ? -1 : a->site > b->site;
}

bool lgc_live_count(struct lgc_live *live)
{
    uint32_t sites = lgc_site_limit();
    size_t used = 0;

    memset(live, 0, sizeof *live);
    live->size = (sites + 1ul) * sizeof *live->site;
    live->site = lgc_mem_map(live->size);
    if (live->site == NULL)
        return false;
    for (const struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all)
        count_block(live, b, sites);
    for (uint32_t i = 0; i <= sites; i++) {
        if (live->site[i].amount.objects == 0)
            continue;
        live->site[used].amount = live->site[i].amount;
        live->site[used++].site = i;
    }
    live->count = used;
    lgc_sort(live->site, used, sizeof *live->site, by_bytes);
    return true;
}

void lgc_live_free(struct lgc_live *live)
{
    if (live->site != NULL)
        lgc_mem_unmap(live->site, live->size);
    memset(live, 0, sizeof *live);
}

/* An entry stands for all objects of its row; `held` carries the row's number
 * through the grouping. */
bool lgc_live_rows(struct lgc_grouping *grouping, const struct lgc_live_row *row, size_t n)
{
    struct lgc_scan scan = { .complete = true };
    struct lgc_finding *f = &grouping->finding;
    size_t size = (n + 1) * sizeof *scan.entry;
    bool built;

    memset(grouping, 0, sizeof *grouping);
    scan.entry = lgc_mem_map(size);
    if (scan.entry == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        scan.entry[i].origin.site = row[i].site;
        scan.entry[i].size = row[i].amount.bytes;
        scan.entry[i].held.objects = i;
        scan.entry[i].kind = (uint8_t)row[i].kind;
    }
    scan.count = n;
    lgc_module_refresh();
    built = lgc_group_build(grouping, &scan, ~0u, 0);
    lgc_mem_unmap(scan.entry, size);
    for (size_t i = 0; built && i < f->ngroups; i++) {
        struct lgc_group *g = &f->groups[i];
        const struct lgc_live_row *r = &row[g->held.objects];

        g->first_time_ns = g->last_time_ns = r->time_ns;
        g->amount.objects = r->amount.objects;
        g->held = r->held;
    }
    return built;
}

bool lgc_live_build(struct lgc_grouping *grouping, const struct lgc_live *live, size_t top)
{
    size_t n = top < live->count ? top : live->count, size = (n + 1) * sizeof(struct lgc_live_row);
    struct lgc_live_row *row = lgc_mem_map(size);
    bool built;

    if (row == NULL) {
        memset(grouping, 0, sizeof *grouping);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        row[i] = (struct lgc_live_row){ live->site[i].site, LGC_KIND_REACHABLE,
                                        live->site[i].amount, { 0, 0 }, 0 };
    built = lgc_live_rows(grouping, row, n);
    lgc_mem_unmap(row, size);
    grouping->finding.live = grouping->finding.total[LGC_KIND_REACHABLE] = live->total;
    return built;
}
