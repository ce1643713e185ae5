/* SPDX-License-Identifier: MIT
 * copied.c: an open hash table that is filled by compare-and-swap. */
#include "capture/copied.h"

#include <atomic_ops.h>

enum { TRIES = 16 };

/* The last one is of all that found no place, and of unknown stacks. */
static struct { AO_t site, bytes, times; } table[LGC_COPIED_SITES];

static size_t place(uint32_t site)
{
    size_t at = site * 2654435761u % (LGC_COPIED_SITES - 1);

    for (int i = 0; site != 0 && i < TRIES; i++, at = (at + 1) % (LGC_COPIED_SITES - 1)) {
        AO_t seen = AO_load(&table[at].site);

        if (seen == site || (seen == 0 && (AO_compare_and_swap_full(&table[at].site, 0, site) ||
                                           AO_load(&table[at].site) == site)))
            return at;
    }
    return LGC_COPIED_SITES - 1;
}

void lgc_copied_add(uint32_t site, size_t bytes)
{
    size_t at = place(site);

    AO_fetch_and_add(&table[at].bytes, bytes);
    AO_fetch_and_add1(&table[at].times);
}

size_t lgc_copied_read(struct lgc_copied out[LGC_COPIED_SITES])
{
    size_t n = 0;

    for (size_t i = 0; i < LGC_COPIED_SITES; i++)
        if (AO_load(&table[i].times) != 0)
            out[n++] = (struct lgc_copied){ (uint32_t)AO_load(&table[i].site),
                                            AO_load(&table[i].bytes), AO_load(&table[i].times) };
    return n;
}
