/* SPDX-License-Identifier: MIT
 * other.c: finds and calls the next allocator. */
#include "entry/other.h"

#include <atomic_ops.h>
#include <gnu/lib-names.h>
#include <string.h>

#include "base/guard.h"
#include "base/msg.h"
#include "entry/next.h"

LGC_NEXT_DECLARE(void *, malloc, size_t);
LGC_NEXT_DECLARE(void *, calloc, size_t, size_t);
LGC_NEXT_DECLARE(void *, realloc, void *, size_t);
LGC_NEXT_DECLARE(void, free, void *);
LGC_NEXT_DECLARE(void *, memalign, size_t, size_t);
LGC_NEXT_DECLARE(size_t, malloc_usable_size, void *);

static AO_t warned;

void *lgc_other_alloc(size_t size, size_t align, bool zero)
{
    LGC_NEXT(malloc);
    LGC_NEXT(calloc);
    LGC_NEXT(memalign);
    if (align > 16)
        return next_memalign(align, size);
    return zero ? next_calloc(1, size) : next_malloc(size);
}

void *lgc_other_realloc(void *p, size_t size)
{
    LGC_NEXT(realloc);
    return next_realloc(p, size);
}

void lgc_other_free(void *p)
{
    LGC_NEXT(free);
    next_free(p);
}

size_t lgc_other_usable(void *p)
{
    LGC_NEXT(malloc_usable_size);
    return next_malloc_usable_size(p);
}

/* Whether the next free is not libc's own, which has given out nothing. */
static bool foreign(void *p)
{
    Dl_info info;
    const char *name;
    bool found;

    lgc_guard_enter();
    LGC_NEXT(free);
    found = next_free != NULL && dladdr((void *)next_free, &info) != 0;
    lgc_guard_leave();
    if (!found)
        return false;
    name = strrchr(info.dli_fname, '/');
    if (strcmp(name == NULL ? info.dli_fname : name + 1, LIBC_SO) == 0)
        return false;
    if (AO_fetch_and_add1(&warned) == 0)
        lgc_msg("%p was not allocated here: given to %s, and others like it", p, info.dli_fname);
    return true;
}

bool lgc_other_free_foreign(void *p)
{
    if (!foreign(p))
        return false;
    next_free(p);
    return true;
}

bool lgc_other_realloc_foreign(void *p, size_t size, void **fresh)
{
    if (!foreign(p))
        return false;
    LGC_NEXT(realloc);
    *fresh = next_realloc(p, size);
    return true;
}
