/* SPDX-License-Identifier: MIT
 * api.c: the functions of leaksgc.h. */
#include "leaksgc.h"

#include <errno.h>
#include <string.h>

#include "base/attr.h"
#include "base/guard.h"
#include "capture/caller.h"
#include "capture/track.h"
#include "heap/heap.h"
#include "run/check.h"
#include "run/dumpfile.h"
#include "run/life.h"
#include "run/numbers.h"
#include "run/serve.h"
#include "run/settings.h"
#include "run/helper.h"
#include "world/region.h"
#include "world/thread.h"

/* Whether there is anything to do; sets errno if not. */
static bool finding(void)
{
    if (lgc_life_finding())
        return true;
    errno = ENOTSUP;
    return false;
}

static int check(struct leaksgc_result *out, uintptr_t sp)
{
    struct lgc_stopped self;
    struct lgc_check_request request = { .reason = "call", .self = &self,
                                         .report = out == NULL, .result = out };

    lgc_stop_here(&self, sp, NULL);
    return lgc_check_run(&request);
}

LGC_EXPORT int leaksgc_check(struct leaksgc_result *out)
{
    uintptr_t sp;

    LGC_STOP_SPILL(sp);
    return finding() ? check(out, sp) : -1;
}

LGC_EXPORT int leaksgc_dump(const char *path)
{
    struct lgc_stopped self;
    struct lgc_dumpfile_request request = { .reason = "call", .self = &self,
                                            .caller = LGC_CALLER() };
    uintptr_t sp;

    LGC_STOP_SPILL(sp);
    if (!finding())
        return -1;
    lgc_stop_here(&self, sp, NULL);
    return lgc_dumpfile_write(path, &request);
}

LGC_EXPORT int leaksgc_leaks(leaksgc_leak_fn *each, void *arg)
{
    return finding() ? lgc_check_each(each, arg) : -1;
}

LGC_EXPORT int leaksgc_gc(unsigned count, unsigned interval_ms)
{
    if (!finding())
        return -1;
    if (interval_ms == 0) {
        errno = EINVAL;
        return -1;
    }
    lgc_serve_schedule(count, (uint64_t)interval_ms * 1000000u);
    lgc_helper_start();
    return 0;
}

LGC_EXPORT int leaksgc_optimize(struct leaksgc_reclaimed *out)
{
    const struct lgc_reclaim_order order = { LGC_RECLAIM_FREE, lgc_settings.min_age, false };
    struct lgc_reclaim_done done;
    struct lgc_stopped self;
    struct lgc_check_request request = { .reason = "optimize", .self = &self };
    uintptr_t sp;
    int status;

    LGC_STOP_SPILL(sp);
    if (!finding())
        return -1;
    lgc_stop_here(&self, sp, NULL);
    status = lgc_check_run(&request);
    request.order = &order;
    request.reclaimed = &done;
    if (status >= 0)
        status = lgc_check_run(&request);
    if (status >= 0 && out != NULL)
        *out = done.sum;
    return status >= 0 ? 0 : -1;
}

LGC_EXPORT int leaksgc_heap(struct leaksgc_heap *out)
{
    if (!finding())
        return -1;
    lgc_guard_enter();
    lgc_numbers_heap(out);
    lgc_guard_leave();
    return 0;
}

LGC_EXPORT void leaksgc_disable(void)
{
    if (lgc_life_finding())
        lgc_track_disable();
}

LGC_EXPORT void leaksgc_enable(void)
{
    if (lgc_life_finding())
        lgc_track_enable();
}

LGC_EXPORT void leaksgc_disable_all(void)
{
    if (lgc_life_finding())
        lgc_track_disable_all();
}

LGC_EXPORT void leaksgc_enable_all(void)
{
    if (lgc_life_finding())
        lgc_track_enable_all();
}

LGC_EXPORT int leaksgc_ignore_object(const void *p)
{
    struct lgc_object o;
    bool found;

    if (!finding())
        return -1;
    lgc_guard_enter();
    found = lgc_heap_find(p, false, &o);
    if (found)
        lgc_heap_ignore(&o);
    lgc_guard_leave();
    if (!found)
        errno = EINVAL;
    return found ? 0 : -1;
}

LGC_EXPORT int leaksgc_register_root_region(const void *p, size_t n)
{
    bool added;

    if (!finding())
        return -1;
    lgc_guard_enter();
    added = lgc_region_add_root((uintptr_t)p, (uintptr_t)p + n);
    lgc_guard_leave();
    if (!added)
        errno = ENOMEM;
    return added ? 0 : -1;
}

LGC_EXPORT int leaksgc_unregister_root_region(const void *p, size_t n)
{
    bool removed;

    if (!finding())
        return -1;
    lgc_guard_enter();
    removed = lgc_region_remove_root((uintptr_t)p, (uintptr_t)p + n);
    lgc_guard_leave();
    if (!removed)
        errno = EINVAL;
    return removed ? 0 : -1;
}

LGC_EXPORT int leaksgc_thread_tag(const char *tag, unsigned flags)
{
    struct lgc_thread *t;

    if (!finding())
        return -1;
    lgc_guard_enter();
    t = lgc_thread_self();
    lgc_track_ignore_thread((flags & LEAKSGC_THREAD_IGNORE) != 0);
    t->tag[0] = '\0';
    if (tag != NULL) {
        strncpy(t->tag, tag, sizeof t->tag - 1);
        t->tag[sizeof t->tag - 1] = '\0';
    }
    lgc_guard_leave();
    return 0;
}

LGC_EXPORT int leaksgc_is_reachable(const void *p)
{
    int reachable;

    if (!finding())
        return -1;
    lgc_guard_enter();
    reachable = lgc_check_reachable(p);
    lgc_guard_leave();
    return reachable;
}

/* The object file's data begins and ends on a page of its own, so that the
 * library's data, which is no root, never shares one with the program's. */
static char page[4096] LGC_ALIGNED(4096) __attribute__((used));

LGC_EXPORT void leaksgc_empty(void) {}
