/* SPDX-License-Identifier: MIT
 * boot.c: the static pool for requests during start-up. */
#include "heap/boot.h"

#include <atomic_ops.h>

#include "base/attr.h"

enum { POOL = 256 << 10 };

static char pool[POOL] LGC_ALIGNED(LGC_PAGE);
static AO_t used;

void *lgc_boot_alloc(size_t size, size_t align)
{
    /* [size_t size][object ...], the object aligned. */
    for (;;) {
        AO_t before = AO_load(&used);
        uintptr_t start = (uintptr_t)pool + before + sizeof(size_t);
        size_t end;

        start = (start + align - 1) & ~(uintptr_t)(align - 1);
        end = start - (uintptr_t)pool;
        if (end >= POOL || size > POOL - end)
            return NULL;
        end = (end + size + 15) & ~(size_t)15;
        if (AO_compare_and_swap_full(&used, before, end)) {
            ((size_t *)start)[-1] = size;
            return (void *)start;
        }
    }
}

bool lgc_boot_owns(const void *p)
{
    return (uintptr_t)p - (uintptr_t)pool < POOL;
}

size_t lgc_boot_size(const void *p) { return ((const size_t *)p)[-1]; }

void lgc_boot_range(uintptr_t *lo, uintptr_t *hi)
{
    *lo = (uintptr_t)pool;
    *hi = *lo + (AO_load(&used) < POOL ? AO_load(&used) : POOL);
}
