/* SPDX-License-Identifier: MIT
 * pagemap.h: address -> the block that begins on its page, in two loads.
 *
 *   bits  46..30   29..12   11..0
 *         leaf     page     offset
 *
 * The leaf table is 1 MiB of untouched bss; a leaf is 2 MiB, mapped when the
 * first block of its gigabyte appears and never given back.
 */
#ifndef LGC_HEAP_PAGEMAP_H
#define LGC_HEAP_PAGEMAP_H

#include <atomic_ops.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct lgc_block;

enum { LGC_PAGEMAP_LEAVES = 1 << 17, LGC_PAGEMAP_PAGES = 1 << 18 };
extern LGC_HIDDEN AO_t lgc_pagemap_leaf[LGC_PAGEMAP_LEAVES];

/* The block registered for the page of p, or NULL.  Any p; no lock. */
LGC_INLINE struct lgc_block *lgc_pagemap_get(const void *p)
{
    uintptr_t a = (uintptr_t)p;
    AO_t *leaf;

    if (a >> 47 != 0)
        return NULL;
    leaf = (AO_t *)AO_load_acquire(&lgc_pagemap_leaf[a >> 30]);
    if (leaf == NULL)
        return NULL;
    return (struct lgc_block *)AO_load_acquire(&leaf[(a >> 12) & (LGC_PAGEMAP_PAGES - 1)]);
}

/* The same for p on a page that is registered. */
LGC_INLINE struct lgc_block *lgc_pagemap_of(const void *p)
{
    uintptr_t a = (uintptr_t)p;
    AO_t *leaf = (AO_t *)AO_load_acquire(&lgc_pagemap_leaf[a >> 30]);

    return (struct lgc_block *)AO_load_acquire(&leaf[(a >> 12) & (LGC_PAGEMAP_PAGES - 1)]);
}

/* Registers (or with NULL forgets) the block for the page of p.  The caller
 * holds the heap lock.  False: no memory for the leaf. */
bool lgc_pagemap_set(const void *p, struct lgc_block *block);

#endif
