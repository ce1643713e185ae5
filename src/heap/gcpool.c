/* SPDX-License-Identifier: MIT
 * gcpool.c: two pieces of memory that are handed out from their beginning. */
#include "heap/gcpool.h"

#include <atomic_ops.h>
#include <stdint.h>

#include "base/mem.h"

/* libgc 8.2.2 asks for less than 1 MiB while it starts; the rest serves the
 * first growth of its heap.  Headers come from pieces of 64 KiB, several
 * hundred each; the last resort is for thousands of blocks. */
enum { FIRST = 2 << 20, LAST = 1 << 20, PAGE = 4096, HEADERS = 64 << 10 };

struct pool {
    char *start;
    size_t size;
    AO_t used;
};
static struct pool first, last;

static bool reserve(struct pool *p, size_t size)
{
    p->start = lgc_mem_map(size);
    p->size = size;
    return p->start != NULL;
}

bool lgc_gcpool_reserve(void)
{
    return reserve(&first, FIRST) && reserve(&last, LAST);
}

static void *take(struct pool *p, size_t size)
{
    size_t pages = (size + PAGE - 1) & ~(size_t)(PAGE - 1);

    for (;;) {
        AO_t before = AO_load(&p->used);

        if (p->start == NULL || size > p->size || pages > p->size - before)
            return NULL;
        if (AO_compare_and_swap_full(&p->used, before, before + pages))
            return p->start + before;
    }
}

void *lgc_gcpool_take(size_t size) { return take(&first, size); }

void *lgc_gcpool_take_last(size_t size)
{
    return size == HEADERS ? take(&last, size) : NULL;
}

size_t lgc_gcpool_used(void) { return AO_load(&first.used) + AO_load(&last.used); }
