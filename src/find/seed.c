/* SPDX-License-Identifier: MIT
 * seed.c: finds the pointers in root ranges, and keeps each once in a row. */
#include "find/seed.h"

#include <stddef.h>

#include "base/mem.h"
#include "heap/heap.h"
#include "world/root.h"

static uintptr_t *seed;
static size_t count, capacity;

bool lgc_seed_add(uintptr_t address)
{
    uintptr_t *grown;

    if (count > 0 && seed[count - 1] == address)
        return true; /* as in an array that is filled with one pointer */
    grown = lgc_mem_grow(seed, &capacity, count + 1, sizeof *seed);
    if (grown == NULL)
        return false;
    seed = grown;
    seed[count++] = address;
    return true;
}

void lgc_seed_heap_bounds(uintptr_t *lo, uintptr_t *hi)
{
    *lo = UINTPTR_MAX;
    *hi = 0;
    for (const struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all) {
        uintptr_t end = lgc_block_is_large(b) ? b->user + b->requested + 1
                                              : b->base + (size_t)b->count * b->object_size;

        if (b->count == 0)
            continue;
        *lo = b->base < *lo ? b->base : *lo;
        *hi = end > *hi ? end : *hi;
    }
}

bool lgc_seed_read_roots(void)
{
    uintptr_t lo, hi;
    bool ok = true;

    count = 0;
    lgc_seed_heap_bounds(&lo, &hi);
    for (size_t i = 0; i < lgc_root_count(); i++) {
        const struct lgc_root *r = lgc_root_at(i);

        for (uintptr_t a = (r->lo + 7) & ~(uintptr_t)7; a + sizeof(void *) <= r->hi;
             a += sizeof(void *)) {
            uintptr_t p = *(uintptr_t *)a;
            struct lgc_object o;

            if (p - lo >= hi - lo)
                continue;
            if (lgc_heap_find((void *)p, false, &o))
                ok = lgc_seed_add(o.address) && ok;
        }
    }
    return ok;
}

void lgc_seed_range(uintptr_t *lo, uintptr_t *hi)
{
    *lo = (uintptr_t)seed;
    *hi = (uintptr_t)(seed + count);
}

void lgc_seed_free(void)
{
    lgc_mem_unmap(seed, capacity * sizeof *seed);
    seed = NULL;
    count = capacity = 0;
}
