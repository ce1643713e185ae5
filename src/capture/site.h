/* SPDX-License-Identifier: MIT
 * site.h: call stack <-> small integer; each distinct stack is stored once.
 *
 * Callable inside malloc.  Looking up takes no lock; a new stack takes one.
 * Entries never move and are never freed, so a site may be read for ever. */
#ifndef LGC_CAPTURE_SITE_H
#define LGC_CAPTURE_SITE_H

#include <stddef.h>
#include <stdint.h>

#include "base/lock.h"
#include "leaksgc.h"

struct lgc_site {
    struct leaksgc_stack stack;  /* the public face: id, depth, pc           */
    uint64_t hash;
    uint64_t exact;              /* bit i: pc[i] is no return address        */
    uint32_t generation;         /* of the module list when first seen       */
    uint32_t closed;             /* its code was unloaded: never again       */
};

extern struct lgc_lock lgc_site_lock; /* rank SITE                            */

/* At most `max` distinct stacks; once, before the first intern. */
void lgc_site_init(size_t max);

/* The id of this stack, >= 1; 0: the table is full or there is no memory
 * (counted in lgc_site_refused). */
uint32_t lgc_site_intern(const uintptr_t *pc, unsigned n, uint64_t exact);

/* id 1..count; NULL for 0 or an unknown one. */
const struct lgc_site *lgc_site_at(uint32_t id);
uint32_t lgc_site_count(void);
uint64_t lgc_site_refused(void);

/* [lo, hi) was unloaded: a stack through it that comes again is another. */
void lgc_site_close(uintptr_t lo, uintptr_t hi);

#endif
