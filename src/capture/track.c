/* SPDX-License-Identifier: MIT
 * track.c: records who allocated each object. */
#include "capture/track.h"

#include <atomic_ops.h>
#include <string.h>

#include "base/mem.h"
#include "capture/copied.h"
#include "capture/site.h"
#include "world/thread.h"

enum { DOUBLED = 4 << 20 };

unsigned lgc_track_depth;

static uint32_t *check_time;     /* by number                                */
static size_t check_times;
static AO_t disabled_all;
static AO_t telling;             /* whether the next allocation is told of    */
static void (*volatile teller)(void);

void lgc_track_start(unsigned frames)
{
    lgc_clock_start();
    lgc_track_depth = frames;
    lgc_cache_set_fast_end(lgc_heap_fast_end());
}

void lgc_track_begin_check(unsigned check)
{
    uint32_t *grown = lgc_mem_grow(check_time, &check_times, check + 1ul, sizeof *grown);
    uint32_t now = lgc_clock_step();

    if (grown != NULL) {
        check_time = grown;
        check_time[check] = now;
    }
}

bool lgc_track_before_check(uint32_t time, unsigned check)
{
    return check >= 1 && check < check_times && time <= check_time[check];
}

/* Fills the origin of an allocation that is being made now; returns the flags
 * of the object.  The caller is inside the guard, `outermost` or not. */
static unsigned originate(struct lgc_origin *o, bool outermost, const struct lgc_caller *caller)
{
    struct lgc_thread *t;

    if (!outermost) {
        memset(o, 0, sizeof *o);
        return LGC_INFO_INTERNAL;
    }
    t = lgc_thread_self();
    o->site = lgc_stack_site(caller, lgc_track_depth);
    o->time = lgc_clock_now();
    o->thread = t->id;
    if (lgc_module_is_loader(caller->pc))
        return LGC_INFO_INTERNAL;
    if (t->disabled != 0 || t->ignored || AO_load(&disabled_all) != 0)
        return LGC_INFO_IGNORED;
    lgc_cache_set_detour(false, t->id);
    return 0;
}

/* Whoever comes last of several that change it sets what it is then. */
static void detour_all(void)
{
    AO_t disabled, told;

    do {
        disabled = AO_load_full(&disabled_all);
        told = AO_load_full(&telling);
        lgc_cache_set_fast_end(disabled != 0 || told != 0 ? 0 : lgc_heap_fast_end());
    } while (AO_load_full(&disabled_all) != disabled || AO_load_full(&telling) != told);
}

void lgc_track_tell(void (*told)(void))
{
    teller = told;
    AO_store_full(&telling, told != NULL);
    detour_all();
}

/* An allocation by the long way. */
static void tell(void)
{
    void (*told)(void) = teller;

    if (AO_compare_and_swap_full(&telling, 1, 0)) {
        detour_all();
        if (told != NULL)
            told();
    }
}

uint32_t lgc_track_site(const struct lgc_caller *caller)
{
    lgc_thread_self();
    return lgc_stack_site(caller, lgc_track_depth);
}

void lgc_track_place(void *p, const void *place)
{
    struct lgc_origin *origin;
    struct lgc_object o;
    uint32_t path;

    if (lgc_track_depth == 0)
        return;
    lgc_guard_enter();
    if (lgc_heap_find(p, true, &o) && (origin = lgc_block_origin(o.block, o.slot)) != NULL && origin->site != 0) {
        path = lgc_path_push(origin->site, (uint64_t)(uintptr_t)place | LGC_PATH_EXACT, false);
        path = path != 0 ? lgc_site_of_path(path) : 0;
        if (path != 0)
            origin->site = path;
    }
    lgc_guard_leave();
}

enum lgc_freed lgc_track_free(void *p)
{
    enum lgc_freed result;

    lgc_guard_enter();
    result = lgc_heap_free(p);
    lgc_guard_leave();
    return result;
}

void *lgc_track_alloc(size_t size, size_t align, bool zero, const struct lgc_caller *caller)
{
    struct lgc_origin origin;
    unsigned flags;
    bool outermost;
    void *p;

    outermost = lgc_guard_enter();
    if (outermost && AO_load(&telling) != 0)
        tell();
    if (lgc_track_depth == 0) {
        lgc_cache_set_detour(false, 0);
        p = lgc_heap_alloc(size, align, zero, 0, NULL);
    } else {
        flags = originate(&origin, outermost, caller);
        p = lgc_heap_alloc(size, align, zero, flags, &origin);
    }
    lgc_guard_leave();
    return p;
}

/* Room for growth: what grows once by realloc mostly grows again, and moving
 * a large object costs.  What is not touched takes no memory. */
static size_t room_for(size_t size, size_t old)
{
    size_t slack = size < DOUBLED ? size : size / 4;

    return old > LGC_SIZECLASS_MAX && size > old && size <= PTRDIFF_MAX - slack ? size + slack : size;
}

static void *move(void *p, size_t size, unsigned flags, const struct lgc_origin *origin)
{
    size_t old = lgc_heap_requested(p), room = room_for(size, old);
    void *fresh = NULL;

    if (room != size)
        fresh = lgc_heap_alloc_within(size, room, 16, flags, origin);
    if (fresh == NULL)
        fresh = lgc_heap_alloc(size, 16, false, flags, origin);
    if (fresh == NULL)
        return NULL;
    /* The program may use all of what malloc_usable_size told it. */
    old = lgc_heap_usable(p);
    old = lgc_heap_move(fresh, p, old < size ? old : size);
    if (origin != NULL && old > 0 && (flags & LGC_INFO_INTERNAL) == 0)
        lgc_copied_add(origin->site, old);
    lgc_heap_free(p);
    return fresh;
}

void *lgc_track_realloc(void *p, size_t size, const struct lgc_caller *caller)
{
    struct lgc_origin origin, *record = NULL;
    unsigned flags = 0;
    bool outermost = lgc_guard_enter();
    void *fresh;

    if (outermost && AO_load(&telling) != 0)
        tell();
    if (lgc_track_depth != 0) {
        flags = originate(&origin, outermost, caller);
        record = &origin;
    }
    fresh = lgc_heap_resize(p, size, record) ? p : move(p, size, flags, record);
    lgc_guard_leave();
    return fresh;
}

void lgc_track_disable(void)
{
    struct lgc_thread *t = lgc_thread_self();

    t->disabled++;
    lgc_cache_set_detour(true, t->id);
}

/* The next allocation leaves the detour. */
void lgc_track_enable(void)
{
    struct lgc_thread *t = lgc_thread_self();

    if (t->disabled > 0)
        t->disabled--;
}

void lgc_track_ignore_thread(bool ignore)
{
    struct lgc_thread *t = lgc_thread_self();

    t->ignored = ignore;
    if (ignore)
        lgc_cache_set_detour(true, t->id);
}

void lgc_track_disable_all(void)
{
    AO_fetch_and_add1(&disabled_all);
    detour_all();
}

void lgc_track_enable_all(void)
{
    AO_t seen;

    do
        seen = AO_load(&disabled_all);
    while (seen > 0 && !AO_compare_and_swap_full(&disabled_all, seen, seen - 1));
    detour_all();
}
