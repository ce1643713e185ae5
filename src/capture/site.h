/* SPDX-License-Identifier: MIT
 * site.h: call stack <-> small integer; each distinct stack is stored once.
 *
 * The integer is that of its path (capture/path.h).  A stack as an array is
 * made when somebody asks for it: not by allocations, but by checks.
 *
 * Callable inside malloc.  What was made never moves and is never freed. */
#ifndef LGC_CAPTURE_SITE_H
#define LGC_CAPTURE_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/path.h"
#include "leaksgc.h"

/* Of a stack that found no room this many of the innermost frames are kept. */
enum { LGC_SITE_SHORT = 4 };

struct lgc_site {
    struct leaksgc_stack stack;  /* the public face: id, depth, pc           */
    uint64_t exact;              /* bit i: pc[i] is no return address        */
    uint32_t generation;         /* of the module list when first seen       */
    uint32_t shortened;          /* the table was full: the callers of the
                                    outermost frame are left out             */
    const uint8_t *folded;       /* by frame: of how many calls, this the
                                    last, further rounds are left out; or
                                    NULL: none are (capture/fold.h)          */
};

/* At most `max` distinct stacks, and some more shortened ones; with more than
 * `fold` (or half of max) of them new recursions are folded.  Once, before the
 * first intern. */
void lgc_site_init(size_t max, size_t fold);

/* The id of this stack, >= 1.  When there is no room for it that of its
 * innermost frames, or 0; both are counted in lgc_site_refused.  Bit i of
 * `exact`: pc[i] is no return address. */
uint32_t lgc_site_intern(const uintptr_t *pc, unsigned n, uint64_t exact);

/* The same for a path that was found frame by frame: this path is a stack.
 * 0: there is no room for it. */
uint32_t lgc_site_make(uint32_t path);

LGC_INLINE uint32_t lgc_site_of_path(uint32_t path)
{
    return LGC_LIKELY(lgc_path_at(path)->generation & LGC_PATH_IS_STACK) ? path : lgc_site_make(path);
}

/* Of this stack only the innermost frames; counts it. */
uint32_t lgc_site_shorten(const uintptr_t *pc, unsigned n);

/* NULL for 0, an unknown one, or without memory.  Takes lgc_site_lock. */
const struct lgc_site *lgc_site_at(uint32_t id);

/* How many there are. */
size_t lgc_site_count(void);
/* No id is higher than this. */
uint32_t lgc_site_limit(void);
uint64_t lgc_site_refused(void);

#endif
