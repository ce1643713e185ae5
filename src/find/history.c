/* SPDX-License-Identifier: MIT
 * history.c: matches records by address, and follows each site. */
#include "find/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"
#include "capture/track.h"

enum { COUNTS_AFTER_NS = 50 * 1000 * 1000 };
#define HOUR_NS 3600e9
#define SECOND_NS 1000000000

static bool lost(const struct lgc_entry *e)
{
    return e->kind == LGC_KIND_DIRECT || e->kind == LGC_KIND_INDIRECT;
}

static int by_address(const void *x, const void *y)
{
    const struct lgc_entry *a = x, *b = y;

    return a->address < b->address ? -1 : a->address > b->address;
}

const struct lgc_entry *lgc_history_find(const struct lgc_history *h, uintptr_t address)
{
    const struct lgc_entry *e = h->last.entry;
    size_t lo = 0, hi = h->last.count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (e[mid].address < address)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < h->last.count && e[lo].address == address ? &e[lo] : NULL;
}

/* ---- one check after the other --------------------------------------- */

static bool same(const struct lgc_entry *a, const struct lgc_entry *b)
{
    return a->origin.site == b->origin.site && a->origin.time == b->origin.time;
}

/* One whose record was evicted is taken for such as long as its site has some,
 * if it was there at the check before. */
static bool was_evicted(struct lgc_history *h, const struct lgc_entry *e, uint32_t check)
{
    struct lgc_site_past *s = e->origin.site < h->sites ? &h->site[e->origin.site] : NULL;

    if (s == NULL || s->known_left == 0 || check < 2 ||
        !lgc_track_before_check(e->origin.time, check - 1))
        return false;
    s->known_left--;
    return true;
}

/* Sorting will move the entries that heads are the indices of.  A head is a
 * direct entry, whose own head nobody asks for. */
static void heads_to_sites(struct lgc_scan *scan)
{
    for (size_t i = 0; i < scan->count; i++) {
        struct lgc_entry *e = &scan->entry[i];

        if (e->kind == LGC_KIND_INDIRECT && e->head < scan->count)
            e->head = scan->entry[e->head].origin.site;
    }
}

void lgc_history_match(struct lgc_history *h, struct lgc_scan *scan, uint32_t check)
{
    const struct lgc_entry *old = h->last.entry, *end = old + h->last.count, *matched = NULL;
    const struct lgc_entry *away;

    heads_to_sites(scan);
    lgc_sort(scan->entry, scan->count, sizeof *scan->entry, by_address);
    for (size_t s = 0; s < h->sites; s++)
        h->site[s].known_left = h->site[s].unrecorded;
    scan->fresh = (struct lgc_amount){ 0, 0 };
    for (size_t i = 0; i < scan->count; i++) {
        struct lgc_entry *e = &scan->entry[i];

        for (; old < end && old->address < e->address; old++)
            if (lost(old) && old != matched)
                lgc_away_add(&h->away, old);
        if (!lost(e))
            continue;
        if (old < end && old->address == e->address && lost(old) && same(old, e)) {
            e->found_check = old->found_check;
            matched = old;
        } else if ((away = lgc_away_take(&h->away, e)) != NULL) {
            e->found_check = away->found_check;
        } else if (was_evicted(h, e, check)) {
            e->found_check = 0;
        } else {
            e->found_check = check;
            scan->fresh.bytes += e->size;
            scan->fresh.objects++;
        }
    }
    for (; old < end; old++)
        if (lost(old) && old != matched)
            lgc_away_add(&h->away, old);
    lgc_away_settle(&h->away);
}

/* ---- records --------------------------------------------------------- */

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

    return a < b ? -1 : a > b;
}

/* What is worth keeping more has a higher number. */
static uint32_t worth(const struct lgc_entry *e) { return lost(e) ? e->found_check + 1 : 0; }

/* The least worth of which more than `max` cannot be kept; how many of exactly
 * that worth can, in *ties. */
static uint32_t threshold(const struct lgc_scan *scan, size_t max, size_t *ties)
{
    uint32_t *all = lgc_mem_map(scan->count * sizeof *all), least;
    size_t above = 0;

    *ties = 0;
    if (all == NULL || max == 0) {
        lgc_mem_unmap(all, scan->count * sizeof *all);
        return UINT32_MAX; /* nothing is kept */
    }
    for (size_t i = 0; i < scan->count; i++)
        all[i] = worth(&scan->entry[i]);
    lgc_sort(all, scan->count, sizeof *all, by_number);
    least = all[scan->count - max];
    for (size_t i = scan->count - max; i < scan->count; i++)
        above += all[i] > least;
    *ties = max - above;
    lgc_mem_unmap(all, scan->count * sizeof *all);
    return least;
}

/* As many entries as may be kept; the others are counted at their sites. */
static void keep_some(struct lgc_history *h, const struct lgc_scan *scan, size_t max)
{
    size_t ties, kept = 0;
    uint32_t least = threshold(scan, max, &ties);
    struct lgc_entry *to = max > 0 ? lgc_mem_map(max * sizeof *to) : NULL;

    for (size_t i = 0; i < scan->count; i++) {
        const struct lgc_entry *e = &scan->entry[i];

        if (to != NULL && (worth(e) > least || (worth(e) == least && ties > 0))) {
            ties -= worth(e) == least;
            to[kept++] = *e;
            continue;
        }
        h->evicted++;
        if (lost(e) && e->origin.site < h->sites)
            h->site[e->origin.site].unrecorded++;
    }
    h->last.entry = to;
    h->last.count = kept;
    h->last.capacity = to != NULL ? max : 0;
}

/* ---- sites ----------------------------------------------------------- */

static void make_room(struct lgc_history *h, const struct lgc_scan *scan)
{
    struct lgc_site_past *grown = lgc_mem_grow(h->site, &h->sites, scan->sites, sizeof *grown);

    if (grown != NULL)
        h->site = grown;
    h->short_of_memory = grown == NULL && scan->sites > 0;
}

/* first[].bytes holds this check's sum until first[].check is set. */
static void note_losses(struct lgc_history *h, const struct lgc_scan *scan, uint32_t check,
                        int64_t now_ns)
{
    for (size_t i = 0; i < scan->count; i++) {
        const struct lgc_entry *e = &scan->entry[i];

        if (!lost(e) || e->origin.site >= h->sites ||
            h->site[e->origin.site].first[e->kind].check != 0)
            continue;
        h->site[e->origin.site].first[e->kind].bytes += e->size;
        h->site[e->origin.site].first[e->kind].time_ns = now_ns;
    }
    for (size_t s = 0; s < h->sites; s++)
        for (int kind = 0; kind < 2; kind++)
            if (h->site[s].first[kind].check == 0 && h->site[s].first[kind].time_ns != 0)
                h->site[s].first[kind].check = check;
}

static void follow(struct lgc_site_past *s, struct lgc_amount now, int64_t before_ns, bool early)
{
    double rise = (double)now.bytes - (double)s->live.bytes;

    if (rise < 0 || (rise == 0 && !early)) {
        s->rises = 0;
    } else if (rise == 0) {
        /* the next rise is not due */
    } else if (s->rises++ == 0) {
        s->start_bytes = s->live.bytes;
        s->start_ns = before_ns;
        s->lately = rise;
    } else {
        s->lately = (s->lately + rise) / 2;
    }
    s->before = s->live;
    s->live = now;
}

static void note_live(struct lgc_history *h, const struct lgc_scan *scan, int64_t now_ns)
{
    static const struct lgc_amount nothing;
    int64_t passed_ns = h->counted_ns != 0 ? now_ns - h->counted_ns : 0;
    bool early = passed_ns < h->usual_ns - h->usual_ns / 8;

    if (h->counted_ns != 0 && passed_ns < COUNTS_AFTER_NS)
        return;
    for (size_t s = 1; s < h->sites; s++) /* 0: the stack is not known */
        follow(&h->site[s], s < scan->sites ? scan->by_site[s] : nothing,
               h->counted_ns != 0 ? h->counted_ns : now_ns, early);
    h->usual_ns = h->usual_ns != 0 ? (h->usual_ns + passed_ns) / 2 : passed_ns;
    h->counted_ns = now_ns;
}

struct lgc_scan lgc_history_add(struct lgc_history *h, const struct lgc_scan *scan, uint32_t check,
                                int64_t now_ns, size_t max_records)
{
    struct lgc_scan old = h->last;

    make_room(h, scan);
    for (size_t s = 0; s < h->sites; s++)
        h->site[s].unrecorded = 0;
    note_losses(h, scan, check, now_ns);
    note_live(h, scan, now_ns);
    h->last = *scan;
    h->last.by_site = NULL;
    h->last.sites = 0;
    if (scan->count > max_records)
        keep_some(h, scan, max_records);
    h->check = check;
    return old;
}

/* 0 where it is too short a time to say anything of an hour. */
static double hours(int64_t since_ns, int64_t now_ns)
{
    return now_ns - since_ns >= SECOND_NS ? (double)(now_ns - since_ns) / HOUR_NS : 0;
}

uint32_t lgc_history_growth(const struct lgc_history *h, uint32_t site, enum lgc_kind kind,
                            uint64_t bytes_now, int64_t now_ns, int64_t *bytes_per_hour)
{
    double passed;

    if (site >= h->sites || kind > LGC_KIND_INDIRECT || h->site[site].first[kind].check == 0)
        return 0;
    passed = hours(h->site[site].first[kind].time_ns, now_ns);
    if (h->check <= h->site[site].first[kind].check || passed <= 0)
        return 0;
    *bytes_per_hour =
        (int64_t)(((double)bytes_now - (double)h->site[site].first[kind].bytes) / passed);
    return h->check - h->site[site].first[kind].check + 1;
}

static bool suspicious(const struct lgc_site_past *s, uint32_t suspect_checks)
{
    double average;

    if (s->rises == 0 || s->rises < suspect_checks)
        return false;
    average = ((double)s->live.bytes - (double)s->start_bytes) / s->rises;
    return s->lately >= average / 4;
}

bool lgc_history_suspect(const struct lgc_history *h, uint32_t suspect_checks, size_t *site,
                         int64_t now_ns, struct lgc_suspect *out)
{
    while (suspect_checks > 0 && *site < h->sites) {
        const struct lgc_site_past *s = &h->site[*site];
        double passed = hours(s->start_ns, now_ns);

        if (!suspicious(s, suspect_checks)) {
            ++*site;
            continue;
        }
        *out = (struct lgc_suspect){
            .site = (uint32_t)*site,
            .checks = passed > 0 ? s->rises : 0,
            .live = s->live,
            .fresh = { s->live.bytes - s->before.bytes,
                       s->live.objects > s->before.objects ? s->live.objects - s->before.objects : 0 },
            .growth = passed > 0 ? (int64_t)(((double)s->live.bytes - (double)s->start_bytes) / passed) : 0,
        };
        ++*site;
        return true;
    }
    return false;
}

void lgc_history_clear(struct lgc_history *h)
{
    lgc_scan_free(&h->last);
    lgc_away_clear(&h->away);
    lgc_mem_unmap(h->site, h->sites * sizeof *h->site);
    memset(h, 0, sizeof *h);
}
