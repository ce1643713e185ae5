/* SPDX-License-Identifier: MIT
 * past.c: the history and the result, under a lock of their own. */
#include "run/past.h"

#include <errno.h>
#include <string.h>

#include "base/lock.h"
#include "base/mem.h"
#include "capture/site.h"
#include "capture/track.h"
#include "heap/heap.h"
#include "run/settings.h"

static struct lgc_lock lock = LGC_LOCK_INIT(LGC_RANK_PAST);
static struct lgc_history history;
static struct leaksgc_result result;

static uint32_t count_suspects(int64_t now_ns)
{
    struct lgc_suspect s;
    size_t site = 0;
    uint32_t n = 0;

    while (lgc_history_suspect(&history, (uint32_t)lgc_settings.suspect_checks, &site, now_ns, &s))
        n++;
    return n;
}

void lgc_past_match(struct lgc_scan *scan, uint32_t check)
{
    /* Nobody else writes: reading needs no lock. */
    lgc_history_match(&history, scan, check);
}

void lgc_past_add(struct lgc_scan *scan, struct leaksgc_result *fresh)
{
    struct lgc_scan old;
    int64_t now_ns = lgc_track_now_ns();

    fresh->fresh.bytes = scan->fresh.bytes;
    fresh->fresh.objects = scan->fresh.objects;
    lgc_lock(&lock);
    old = lgc_history_add(&history, scan, fresh->checks, now_ns,
                          lgc_settings.max_records);
    fresh->evicted += history.evicted;
    fresh->suspects = count_suspects(now_ns);
    result = *fresh;
    lgc_unlock(&lock);
    lgc_scan_free(&old);
}

void lgc_past_release(struct lgc_scan *scan)
{
    if (scan->entry == history.last.entry) { /* they are the records now */
        scan->entry = NULL;
        scan->capacity = 0;
    }
    lgc_scan_free(scan);
}

const struct lgc_history *lgc_past_history(void) { return &history; }

void lgc_past_result(struct leaksgc_result *out)
{
    lgc_lock(&lock);
    *out = result;
    lgc_unlock(&lock);
}

static const struct leaksgc_stack no_stack;

static void describe(const struct lgc_entry *e, struct leaksgc_leak *out)
{
    const struct lgc_site *s = lgc_site_at(e->origin.site);

    out->obj = (const void *)e->address;
    out->stack = s != NULL ? &s->stack : &no_stack;
    out->size = e->size;
    out->time_ns = lgc_track_time_ns(e->origin.time);
    out->kind = (enum leaksgc_kind)e->kind;
    out->thread = e->origin.thread;
    out->count = 1;
    out->found_check = e->found_check;
    out->last_reachable_check =
        e->found_check > 1 && lgc_track_before_check(e->origin.time, e->found_check - 1)
            ? e->found_check - 1
            : 0;
}

int lgc_past_each(leaksgc_leak_fn *each, void *arg)
{
    struct lgc_entry *copy = NULL;
    size_t n, size;
    int status = 0;

    lgc_lock(&lock);
    n = history.last.count;
    size = n * sizeof *copy;
    if (n > 0 && (copy = lgc_mem_map(size)) != NULL)
        memcpy(copy, history.last.entry, size);
    lgc_unlock(&lock);
    if (n > 0 && copy == NULL) {
        errno = ENOMEM;
        return -1;
    }
    for (size_t i = 0; i < n && status == 0; i++) {
        struct leaksgc_leak leak;

        describe(&copy[i], &leak);
        status = each(&leak, arg);
    }
    lgc_mem_unmap(copy, size);
    return status;
}

int lgc_past_reachable(const void *p)
{
    struct lgc_object o;
    const struct lgc_entry *e;
    int reachable = -1;

    lgc_lock(&lock);
    if (lgc_heap_find(p, false, &o) && result.checks > 0 && lgc_block_origin(o.block, o.slot) != NULL &&
        lgc_track_before_check(lgc_block_origin(o.block, o.slot)->time, result.checks)) {
        e = lgc_history_find(&history, o.address);
        reachable = e == NULL || (e->kind != LGC_KIND_DIRECT && e->kind != LGC_KIND_INDIRECT);
    }
    lgc_unlock(&lock);
    if (reachable < 0)
        errno = EINVAL;
    return reachable;
}

void lgc_past_fork_enter(void) { lgc_lock(&lock); }
void lgc_past_fork_leave(void) { lgc_unlock(&lock); }

void lgc_past_fork_child(void)
{
    lgc_lock_reset(&lock);
    lgc_history_clear(&history);
    memset(&result, 0, sizeof result);
}
