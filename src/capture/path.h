/* SPDX-License-Identifier: MIT
 * path.h: call paths as a tree: a path is its innermost frame and the path of
 * that frame's callers.
 *
 *   0 <- main+9 <- parse+51 <- node+13        path 0 is the empty one
 *                     ^------- list+77        stacks share their outer frames
 *
 * Callable inside malloc.  Looking up takes no lock; a new path takes
 * lgc_site_lock.  Paths are never changed or freed, only closed.
 */
#ifndef LGC_CAPTURE_PATH_H
#define LGC_CAPTURE_PATH_H

#include <atomic_ops.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/lock.h"

extern LGC_HIDDEN struct lgc_lock lgc_site_lock; /* rank SITE                            */

/* A frame is a return address, or the interrupted instruction itself; user
 * space has 47 bits, so there is room for what is said of it. */
#define LGC_PATH_EXACT  ((uint64_t)1 << 63) /* no return address              */
#define LGC_PATH_CLOSED ((uint64_t)1 << 62) /* its code was unloaded          */
#define LGC_PATH_SHORT  ((uint64_t)1 << 61) /* no frame: callers are left out */
#define LGC_PATH_FOLD   ((uint64_t)1 << 60) /* no frame: rounds of as many
                                               calls are left out here       */
#define LGC_PATH_PC     (((uint64_t)1 << 60) - 1)

/* The paths that extend one are a list, as far as it is short; what is not in
 * it is in an index. */
struct lgc_path {
    uint64_t frame;              /* pc and flags                             */
    uint32_t callers;            /* a smaller number                         */
    uint32_t generation;         /* of the module list when made; and a flag */
    unsigned first, next;        /* of its list; of the list that it is in   */
};
#define LGC_PATH_IS_STACK ((uint32_t)1 << 31) /* an allocation was made there */
#define LGC_PATH_IN_INDEX UINT32_MAX /* as `next`: there are more            */
/* In `first` and `next`: what is there has a frame and a list like a path, but
 * stands for another one, whose number it has as `generation`. */
#define LGC_PATH_ALIAS ((uint32_t)1 << 31)

/* ids 1..count, and the empty path 0, in pieces that never move. */
enum { LGC_PATH_PIECE = 1 << 14, LGC_PATH_PIECES = 1 << 10 };
extern LGC_HIDDEN struct lgc_path *lgc_path_piece[LGC_PATH_PIECES];

LGC_INLINE struct lgc_path *lgc_path_at(uint32_t id)
{
    return &lgc_path_piece[id / LGC_PATH_PIECE][id % LGC_PATH_PIECE];
}

uint32_t lgc_path_search_index(uint32_t callers, uint64_t frame);

/* The path of a frame below `callers`; 0: not known yet. */
LGC_INLINE uint32_t lgc_path_find(uint32_t callers, uint64_t frame)
{
    uint32_t id = AO_int_load_acquire(&lgc_path_at(callers)->first);

    while (id != 0) {
        struct lgc_path *p;

        if (LGC_UNLIKELY(id == LGC_PATH_IN_INDEX))
            return lgc_path_search_index(callers, frame);
        p = lgc_path_at(id & ~LGC_PATH_ALIAS);
        if (LGC_LIKELY(p->frame == frame))
            return LGC_LIKELY(!(id & LGC_PATH_ALIAS)) ? id : p->generation;
        id = AO_int_load_acquire(&p->next);
    }
    return 0;
}

/* At most `max` paths, and some more for those that begin with LGC_PATH_SHORT;
 * once, before the first. */
#define LGC_PATH_RESERVE(max) ((max) == 0 ? 0 : (max) / 8 + 8)
void lgc_path_init(size_t max);

/* As find, and makes it if it is not known, or folds it (capture/fold.h).
 * 0: there is no room, or no memory. */
uint32_t lgc_path_make(uint32_t callers, uint64_t frame, bool last_resort);

LGC_INLINE uint32_t lgc_path_push(uint32_t callers, uint64_t frame, bool last_resort)
{
    uint32_t id = lgc_path_find(callers, frame);

    return LGC_LIKELY(id != 0) ? id : lgc_path_make(callers, frame, last_resort);
}

/* The same without folding; the caller holds lgc_site_lock. */
uint32_t lgc_path_add(uint32_t callers, uint64_t frame, bool last_resort);

/* The highest path so far. */
uint32_t lgc_path_count(void);

/* [lo, hi) was unloaded: a path through it that comes again is another. */
void lgc_path_close(uintptr_t lo, uintptr_t hi);

#endif
