/* SPDX-License-Identifier: MIT
 * gcpool.c: a piece of memory that is handed out from its beginning. */
#include "heap/gcpool.h"

#include <atomic_ops.h>
#include <stdint.h>

#include "base/mem.h"

/* libgc 8.2.2 asks for less than 1 MiB while it starts; the rest serves the
 * first growth of its heap. */
enum { POOL = 2 << 20, PAGE = 4096 };

static char *pool;
static AO_t used;

bool lgc_gcpool_reserve(void)
{
    pool = lgc_mem_map(POOL);
    return pool != NULL;
}

void *lgc_gcpool_take(size_t size)
{
    size_t pages = (size + PAGE - 1) & ~(size_t)(PAGE - 1);

    for (;;) {
        AO_t before = AO_load(&used);

        if (pool == NULL || size > POOL || pages > POOL - before)
            return NULL;
        if (AO_compare_and_swap_full(&used, before, before + pages))
            return pool + before;
    }
}
