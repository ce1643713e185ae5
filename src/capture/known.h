/* SPDX-License-Identifier: MIT
 * known.h: the sites of the stacks that were met, by digest: one look instead
 * of a walk through the tree of paths (capture/path.h), frame by frame.
 *
 *   bucket:  4 x [ digest, upper half | digest, next 32 bits | site, 32 bits ]
 *            one line of the cache
 *
 * What it does not hold any more is found in the tree.  Looking takes no lock.
 * Callable inside malloc.
 */
#ifndef LGC_CAPTURE_KNOWN_H
#define LGC_CAPTURE_KNOWN_H

#include <atomic_ops.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "capture/digest.h"

enum { LGC_KNOWN_WAYS = 4 };

struct lgc_known_slot { AO_t upper, rest; };
struct lgc_known_table {
    size_t mask;                 /* buckets - 1                              */
    size_t used;                 /* slots, under lgc_site_lock               */
    struct lgc_known_slot slot[] LGC_ALIGNED(64);
};
extern LGC_HIDDEN AO_t lgc_known_table;

LGC_INLINE uint64_t lgc_known_upper(lgc_digest d) { return (uint64_t)(d >> 64); }
LGC_INLINE uint32_t lgc_known_next(lgc_digest d) { return (uint32_t)(d >> 32); }

/* Paths with frames in arithmetic progression have such digests, too: their low
 * bits alone would crowd into a few buckets. */
LGC_INLINE size_t lgc_known_bucket(const struct lgc_known_table *t, uint64_t upper)
{
    return ((upper ^ upper >> 32) * 0x9e3779b97f4a7c15u >> 32) & t->mask;
}

/* Where an entry may be: in the ways of its bucket, then in the neighbour's. */
LGC_INLINE const struct lgc_known_slot *lgc_known_slot(const struct lgc_known_table *t, size_t bucket, int way)
{
    return &t->slot[(way < LGC_KNOWN_WAYS ? bucket : bucket ^ 1) * LGC_KNOWN_WAYS + way % LGC_KNOWN_WAYS];
}

/* The site of the stack with this digest; 0: it is not here.  A slot that is
 * written meanwhile has no site before its digest is complete. */
LGC_INLINE uint32_t lgc_known_find(lgc_digest d)
{
    const struct lgc_known_table *t = (const void *)AO_load_acquire(&lgc_known_table);
    size_t bucket;

    if (LGC_UNLIKELY(t == NULL))
        return 0;
    bucket = lgc_known_bucket(t, lgc_known_upper(d));
    for (int way = 0; way < 2 * LGC_KNOWN_WAYS; way++) {
        const struct lgc_known_slot *s = lgc_known_slot(t, bucket, way);
        AO_t rest = AO_load_acquire(&s->rest);

        if (AO_load_acquire(&s->upper) == lgc_known_upper(d) && rest >> 32 == lgc_known_next(d) &&
            AO_load(&s->rest) == rest)
            return (uint32_t)rest;
    }
    return 0;
}

/* Remembers it, if nobody else is at it.  There are `sites` stacks in all: the
 * table is bounded by them, and evicts. */
void lgc_known_put(lgc_digest d, uint32_t site, size_t sites);

/* Code was unloaded: another stack may get the same digest. */
void lgc_known_forget_all(void);

#endif
