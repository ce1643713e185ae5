/* SPDX-License-Identifier: MIT
 * apart.c: asks whoever keeps such things. */
#include "run/apart.h"

#include <string.h>

#include "base/mem.h"
#include "capture/track.h"
#include "run/past.h"
#include "run/settings.h"
#include "world/thread.h"

void lgc_apart_add(struct lgc_apart *a, const struct lgc_group_extra *extra)
{
    struct lgc_group_extra *grown = lgc_mem_grow(a->extra, &a->room, a->count + 1, sizeof *grown);

    if (grown == NULL) {
        a->short_of_memory = true;
        return;
    }
    a->extra = grown;
    grown[a->count++] = *extra;
}

void lgc_apart_add_suspects(struct lgc_apart *a)
{
    struct lgc_suspect s;
    size_t site = 0;

    while (lgc_history_suspect(lgc_past_history(), (uint32_t)lgc_settings.suspect_checks, &site,
                               a->now_ns, &s))
        lgc_apart_add(a, &(struct lgc_group_extra){
                             .section = LGC_SECTION_SUSPECT, .site = s.site, .amount = s.live,
                             .fresh = s.fresh, .growth_checks = s.checks, .growth_bytes = s.growth });
}

static void add_thread(const struct lgc_thread_joinable *ended, const struct lgc_thread *t, void *arg)
{
    struct lgc_apart *a = arg;
    struct lgc_group_extra e = { .section = LGC_SECTION_THREAD, .site = ended->site,
                                 .amount = { ended->stack, 1 },
                                 .time_ns = lgc_track_time_ns(ended->time),
                                 .thread = t != NULL ? t->id : 0 };

    if (ended->ended_check == a->check)
        e.fresh = e.amount;
    a->unjoined++;
    lgc_apart_add(a, &e);
}

void lgc_apart_begin(struct lgc_apart *a, uint32_t check, int64_t now_ns)
{
    a->check = check;
    a->now_ns = now_ns;
    if (lgc_settings.unjoined_threads)
        lgc_thread_each_ended(check, add_thread, a);
}

bool lgc_apart_group(const struct lgc_apart *a, struct lgc_grouping *grouping,
                     const struct lgc_scan *scan, unsigned kinds)
{
    struct lgc_group_more more = { lgc_past_history(), a->now_ns, a->extra, a->count };

    return lgc_group_build_with(grouping, scan, kinds, a->check, &more);
}

void lgc_apart_free(struct lgc_apart *a)
{
    lgc_mem_unmap(a->extra, a->room * sizeof *a->extra);
    memset(a, 0, sizeof *a);
}
