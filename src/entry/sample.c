/* SPDX-License-Identifier: MIT
 * sample.c: leaksgc_heap_add and leaksgc_heap_top. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/attr.h"
#include "base/guard.h"
#include "base/mem.h"
#include "capture/caller.h"
#include "capture/site.h"
#include "capture/track.h"
#include "find/live.h"
#include "leaksgc.h"
#include "run/life.h"
#include "run/sample.h"
#include "run/settings.h"

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* One of ours is known; another is copied, as far as stacks go. */
static uint32_t site_of(const struct leaksgc_stack *stack, const struct lgc_caller *caller)
{
    const struct lgc_site *s;
    unsigned depth;

    if (stack == NULL)
        return lgc_track_site(caller);
    s = lgc_site_at(stack->id);
    if (s != NULL && &s->stack == stack)
        return stack->id;
    depth = stack->depth < lgc_track_depth ? stack->depth : lgc_track_depth;
    return lgc_site_intern((const uintptr_t *)stack->pc, depth, 0);
}

LGC_EXPORT int leaksgc_heap_add(const struct leaksgc_sample *sample)
{
    struct lgc_caller caller = LGC_CALLER();
    struct lgc_sample s;
    bool added;

    if (!lgc_life_finding()) {
        errno = ENOTSUP;
        return -1;
    }
    if (sample == NULL || (sample->stack != NULL && (sample->stack->depth == 0 || sample->stack->pc == NULL))) {
        errno = EINVAL;
        return -1;
    }
    lgc_guard_enter();
    s.time_ns = sample->time_ns != 0 ? sample->time_ns : now_ns();
    s.bytes = sample->bytes;
    s.site = site_of(sample->stack, &caller);
    added = s.site != 0 && lgc_sample_add(&s, (size_t)lgc_settings.max_samples);
    lgc_guard_leave();
    if (!added)
        errno = ENOMEM;
    return added ? 0 : -1;
}

static const struct leaksgc_stack *stack_of(uint32_t site)
{
    static const struct leaksgc_stack unknown;
    const struct lgc_site *s = lgc_site_at(site);

    return s != NULL ? &s->stack : &unknown;
}

/* Merges from the end: `own` samples stand in out[] already.  Both lists are
 * sorted, the largest first. */
static size_t merge(struct leaksgc_sample *out, size_t n, size_t own, const struct lgc_live *live)
{
    int64_t now = now_ns();
    size_t live_taken = 0, own_taken = 0, all;

    while (live_taken + own_taken < n && (own_taken < own || live_taken < live->count)) {
        if (own_taken < own && (live_taken == live->count ||
                                out[own_taken].bytes >= live->site[live_taken].amount.bytes))
            own_taken++;
        else
            live_taken++;
    }
    all = own_taken + live_taken;
    for (size_t at = all; at > 0; at--) {
        const struct lgc_live_site *l = live_taken > 0 ? &live->site[live_taken - 1] : NULL;

        if (l == NULL || (own_taken > 0 && out[own_taken - 1].bytes < l->amount.bytes)) {
            out[at - 1] = out[--own_taken];
        } else {
            out[at - 1] = (struct leaksgc_sample){ now, l->amount.bytes, stack_of(l->site),
                                                   l->amount.objects, 0 };
            live_taken--;
        }
    }
    return all;
}

/* The program's own, largest first; false: no memory. */
static bool take_own(struct leaksgc_sample *out, size_t n, size_t *count)
{
    size_t size = (n + 1) * sizeof(struct lgc_sample);
    struct lgc_sample *s = lgc_mem_map(size);

    if (s == NULL)
        return false;
    *count = lgc_sample_top(s, n);
    for (size_t i = 0; i < *count; i++)
        out[i] = (struct leaksgc_sample){ s[i].time_ns, s[i].bytes, stack_of(s[i].site), 0, 1 };
    lgc_mem_unmap(s, size);
    return true;
}

LGC_EXPORT size_t leaksgc_heap_top(struct leaksgc_sample *out, size_t n)
{
    struct lgc_live live;
    size_t own = 0, count = 0, most;
    bool good;

    if (!lgc_life_finding()) {
        errno = ENOTSUP;
        return 0;
    }
    lgc_guard_enter();
    memset(&live, 0, sizeof live);
    most = lgc_sample_count();
    good = take_own(out, n < most ? n : most, &own) && lgc_live_count(&live);
    if (good)
        count = merge(out, n, own, &live);
    lgc_live_free(&live);
    lgc_guard_leave();
    if (!good)
        errno = ENOMEM;
    return count;
}
