/* SPDX-License-Identifier: MIT
 * live.c: live bytes by site, from the descriptors of the running program. */
#include "find/live.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
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
    qsort(live->site, used, sizeof *live->site, by_bytes);
    return true;
}

void lgc_live_free(struct lgc_live *live)
{
    if (live->site != NULL)
        lgc_mem_unmap(live->site, live->size);
    memset(live, 0, sizeof *live);
}

/* An entry stands for all objects of its site; `held` carries their number
 * through the grouping. */
bool lgc_live_build(struct lgc_grouping *grouping, const struct lgc_live *live, size_t top)
{
    struct lgc_scan scan = { .live = live->total, .complete = true };
    size_t n = top < live->count ? top : live->count;
    struct lgc_finding *f = &grouping->finding;
    bool built;

    scan.total[LGC_KIND_REACHABLE] = live->total;
    scan.entry = lgc_mem_map((n + 1) * sizeof *scan.entry);
    if (scan.entry == NULL) {
        memset(grouping, 0, sizeof *grouping);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        scan.entry[i].origin.site = live->site[i].site;
        scan.entry[i].size = live->site[i].amount.bytes;
        scan.entry[i].held.objects = live->site[i].amount.objects;
        scan.entry[i].kind = LGC_KIND_REACHABLE;
    }
    scan.count = n;
    lgc_module_refresh();
    built = lgc_group_build(grouping, &scan, 1u << LGC_KIND_REACHABLE, 0);
    lgc_mem_unmap(scan.entry, (n + 1) * sizeof *scan.entry);
    for (size_t i = 0; built && i < f->ngroups; i++) {
        f->groups[i].amount.objects = f->groups[i].held.objects;
        f->groups[i].held = (struct lgc_amount){ 0, 0 };
    }
    return built;
}
