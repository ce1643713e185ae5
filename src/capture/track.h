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

#include "capture/caller.h"
#include "heap/heap.h"

/* Whether allocations are recorded, and how deep; once, at the start.
 * Before, and with frames == 0, they are only served. */
void lgc_track_start(unsigned frames);

/* `caller` is that of the exported function. */
void *lgc_track_alloc(size_t size, size_t align, bool zero, const struct lgc_caller *caller);

/* Frees p, or says why it cannot be freed. */
enum lgc_freed lgc_track_free(void *p);

/* Moves or resizes the live object p; NULL: no memory, p is unchanged.  The
 * object is then one of the caller's stack, as a fresh one would be. */
void *lgc_track_realloc(void *p, size_t size, const struct lgc_caller *caller);

/* Nestable: what this thread (or every thread) allocates in between is no
 * leak. */
void lgc_track_disable(void);
void lgc_track_enable(void);
void lgc_track_disable_all(void);
void lgc_track_enable_all(void);

/* Check number `check` (1, 2, ...) has begun: later allocations get a later
 * time than it has. */
void lgc_track_begin_check(unsigned check);

/* Whether an object with this time was there when that check began. */
bool lgc_track_before_check(uint32_t time, unsigned check);

/* Turns an origin's time into ns of the Unix epoch. */
int64_t lgc_track_time_ns(uint32_t time);

#endif
