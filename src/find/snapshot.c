/* SPDX-License-Identifier: MIT
 * snapshot.c: locks in order, stop, work on our own stack, resume. */
#include "find/snapshot.h"

#include <time.h>

#include "base/mem.h"
#include "base/ownstack.h"
#include "capture/site.h"
#include "find/child.h"
#include "heap/block.h"
#include "heap/gcheap.h"
#include "world/module.h"
#include "world/region.h"
#include "world/stop.h"
#include "world/thread.h"

struct lgc_lock lgc_snapshot_lock = LGC_LOCK_INIT(LGC_RANK_STOP);

/* In the order of enum lgc_rank. */
static struct lgc_lock *const locks[] = {
    &lgc_module_lock, &lgc_thread_lock, &lgc_region_lock,
    &lgc_site_lock,   &lgc_block_lock,  &lgc_mem_lock,
};
enum { LOCKS = sizeof locks / sizeof locks[0] };

void lgc_snapshot_lock_all(void)
{
    for (int i = 0; i < LOCKS; i++)
        lgc_lock(locks[i]);
}

void lgc_snapshot_unlock_all(void)
{
    for (int i = LOCKS; i-- > 0;)
        lgc_unlock(locks[i]);
}

void lgc_snapshot_reset_locks(void)
{
    lgc_lock_reset(&lgc_snapshot_lock);
    for (int i = 0; i < LOCKS; i++)
        lgc_lock_reset(locks[i]);
}

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void stop(void *arg)
{
    const struct lgc_snapshot *s = arg;

    lgc_stop_world(s->timeout_ns);
}

static struct lgc_ownstack own; /* beside the check's own (run/alone.h)        */

void lgc_snapshot_init(void) { lgc_ownstack_reserve(&own); }

static void count_threads(struct lgc_snapshot *s)
{
    s->stopped = 1;
    s->silent = 0;
    for (size_t i = 0; i < lgc_stop_count(); i++) {
        const struct lgc_stopped *t = lgc_stop_at(i);

        s->stopped += t->state == LGC_STOP_STOPPED;
        if (t->state == LGC_STOP_SILENT) {
            s->silent++;
            s->silent_tid = t->tid;
        }
    }
}

static bool any_sleeps(void)
{
    for (size_t i = 0; i < lgc_stop_count(); i++)
        if (lgc_stop_at(i)->state == LGC_STOP_ASLEEP)
            return true;
    return false;
}

/* Everything here keeps the program waiting. */
static void while_stopped(struct lgc_snapshot *s, void (*work)(void *arg), void *arg)
{
    int child = s->fork ? lgc_child_start(s->keeps_file ? s->file : -1) : -1;

    if (child == 0) {
        s->copied = true;
        lgc_ownstack_run(&own, work, arg);
        lgc_child_end();
    }
    s->child = child > 0 ? child : 0;
    s->error = s->fork && child < 0 ? -child : 0;
    if (child < 0)
        lgc_ownstack_run(&own, work, arg);
}

int lgc_snapshot_run(struct lgc_snapshot *s, void (*work)(void *arg), void *arg)
{
    uint64_t begin;

    if (!lgc_ownstack_reserve(&own))
        return -1;
    lgc_lock(&lgc_snapshot_lock);
    begin = now_ns();
    lgc_snapshot_lock_all();
    lgc_gcheap_locked(stop, s);
    /* Nobody who stands still holds one: the work may take them. */
    lgc_snapshot_unlock_all();
    s->unsteady = s->steady && !s->fork && any_sleeps();
    if (!s->unsteady)
        while_stopped(s, work, arg);
    lgc_stop_resume();
    s->pause_ns = now_ns() - begin;
    count_threads(s);
    lgc_unlock(&lgc_snapshot_lock);
    return 0;
}
