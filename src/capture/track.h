/* SPDX-License-Identifier: MIT
 * track.h: what happens on each allocation and free, in order: guard, stack,
 * site, origin, heap.  The only caller of that sequence.
 *
 * Callable from any thread, also from signal handlers that interrupted one of
 * these functions (then nothing is recorded).  errno is the entry's business.
 */
#ifndef LGC_CAPTURE_TRACK_H
#define LGC_CAPTURE_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/guard.h"
#include "capture/caller.h"
#include "capture/clock.h"
#include "capture/stack.h"
#include "heap/heap.h"
#include "world/module.h"

/* Whether allocations are recorded, and how deep; once, at the start.
 * Before, and with frames == 0, they are only served. */
void lgc_track_start(unsigned frames);
extern LGC_HIDDEN unsigned lgc_track_depth; /* that number of frames                    */

/* The common case, for inlining into the exported functions: a small or medium
 * request of a thread in its usual state from a bin that is not empty; NULL:
 * take the long way.  It makes no call, so that malloc needs no registers saved;
 * whoever calls it ends with `return lgc_guard_pass(p)`. */
LGC_INLINE void *lgc_track_alloc_quiet(size_t size)
{
    struct lgc_cache *cache = lgc_cache_self;
    void *p;

    if (LGC_UNLIKELY(cache == NULL || size >= cache->fast_end || lgc_guard_inside()))
        return NULL;
    lgc_guard_enter_first();
    p = lgc_heap_alloc_fast(cache, size, NULL);
    lgc_guard_leave_first();
    return p;
}

/* The same while leaks are looked for; from any stack and bin. */
LGC_INLINE void *lgc_track_alloc_recorded(size_t size, const struct lgc_caller *caller)
{
    struct lgc_cache *cache = lgc_cache_self;
    struct lgc_origin origin;
    void *p;

    if (LGC_UNLIKELY(cache == NULL || size >= cache->fast_end || lgc_guard_inside() ||
                     lgc_module_is_loader(caller->pc)))
        return NULL;
    lgc_guard_enter_first();
    origin.site = lgc_stack_site(caller, lgc_track_depth);
    origin.time = lgc_clock_now();
    origin.thread = cache->thread;
    p = lgc_heap_alloc_fast(cache, size, &origin);
    if (LGC_UNLIKELY(p == NULL))
        p = lgc_heap_alloc(size, 16, false, 0, &origin);
    lgc_guard_leave_first();
    return p;
}

/* The one of them that this process is for. */
LGC_INLINE void *lgc_track_alloc_fast(size_t size, const struct lgc_caller *caller)
{
    return lgc_track_depth == 0 ? lgc_track_alloc_quiet(size) : lgc_track_alloc_recorded(size, caller);
}

/* Frees p, if that is as simple; false: take the long way.  As above. */
LGC_INLINE bool lgc_track_free_fast(void *p)
{
    struct lgc_cache *cache = lgc_cache_self;
    bool freed;

    if (LGC_UNLIKELY(cache == NULL || lgc_guard_inside()))
        return false;
    lgc_guard_enter_first();
    freed = lgc_heap_free_fast(cache, p);
    lgc_guard_leave_first();
    return freed;
}

/* `caller` is that of the exported function. */
void *lgc_track_alloc(size_t size, size_t align, bool zero, const struct lgc_caller *caller);

/* Frees p, or says why it cannot be freed. */
enum lgc_freed lgc_track_free(void *p);

/* Moves or resizes the live object p; NULL: no memory, p is unchanged.  The
 * object is then one of the caller's stack, as a fresh one would be. */
void *lgc_track_realloc(void *p, size_t size, const struct lgc_caller *caller);

/* Notes that the live object p was allocated at this place, an address of
 * constant data that stands for a line: it becomes the innermost frame of its
 * stack.  Nothing if that is not recorded. */
void lgc_track_place(void *p, const void *place);

/* The site of the stack from `caller` on.  Inside the guard. */
uint32_t lgc_track_site(const struct lgc_caller *caller);

/* Nestable: what this thread (or every thread) allocates in between is no
 * leak. */
void lgc_track_disable(void);
void lgc_track_enable(void);
void lgc_track_disable_all(void);
void lgc_track_enable_all(void);
/* Whether all that this thread allocates is no leak. */
void lgc_track_ignore_thread(bool ignore);

/* The next allocation of the program, by any thread, calls told(), once and
 * inside malloc; until then all take the long way.  NULL: none does any more.
 * One that has begun already may pass unseen. */
void lgc_track_tell(void (*told)(void));

/* Check number `check` (1, 2, ...) has begun: later allocations get a later
 * time than it has. */
void lgc_track_begin_check(unsigned check);

/* Turns an origin's time into ns of the Unix epoch. */
LGC_INLINE int64_t lgc_track_time_ns(uint32_t time) { return lgc_clock_epoch_ns(time); }
/* The time now, to compare with it. */
LGC_INLINE int64_t lgc_track_now_ns(void) { return lgc_clock_epoch_now(); }

/* Whether an object with this time was there when that check began. */
bool lgc_track_before_check(uint32_t time, unsigned check);

#endif
