/* SPDX-License-Identifier: MIT
 * pagemap.c: the leaf table and the making of leaves. */
#include "heap/pagemap.h"

#include "base/mem.h"

AO_t lgc_pagemap_leaf[LGC_PAGEMAP_LEAVES] LGC_ALIGNED(LGC_PAGE);

bool lgc_pagemap_set(const void *p, struct lgc_block *block)
{
    uintptr_t a = (uintptr_t)p;
    AO_t *slot = &lgc_pagemap_leaf[a >> 30], *leaf = (AO_t *)AO_load(slot);

    if (leaf == NULL) {
        leaf = lgc_mem_map(LGC_PAGEMAP_PAGES * sizeof *leaf);
        if (leaf == NULL)
            return false;
        AO_store_release(slot, (AO_t)leaf);
    }
    AO_store_release(&leaf[(a >> 12) & (LGC_PAGEMAP_PAGES - 1)], (AO_t)block);
    return true;
}
