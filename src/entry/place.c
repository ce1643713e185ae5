/* SPDX-License-Identifier: MIT
 * place.c: what <leaksgc/leak_detector.h> makes of malloc and its like: the place of the call is a frame of the stack. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "capture/track.h"
#include "entry/malloc.h"
#include "leaksgc/leak_detector.h"
#undef aligned_alloc
#undef calloc
#undef malloc
#undef memalign
#undef posix_memalign
#undef realloc
#undef reallocarray

/* Fresh memory of that place, or NULL. */
static void *note(void *p, const char *place)
{
    if (p != NULL && place != NULL)
        lgc_track_place(p, place);
    return p;
}

LGC_EXPORT void *leaksgc_malloc_at(size_t size, const char *place)
{
    struct lgc_caller caller = LGC_CALLER();

    return note(lgc_malloc_for_new(size, 1, &caller), place);
}

LGC_EXPORT void *leaksgc_calloc_at(size_t n, size_t size, const char *place)
{
    struct lgc_caller caller = LGC_CALLER();

    return note(lgc_malloc_cleared(n, size, &caller), place);
}

LGC_EXPORT void *leaksgc_realloc_at(void *p, size_t size, const char *place)
{
    struct lgc_caller caller = LGC_CALLER();

    return note(lgc_malloc_resize(p, size, &caller), place);
}

LGC_EXPORT void *leaksgc_reallocarray_at(void *p, size_t n, size_t size, const char *place)
{
    struct lgc_caller caller = LGC_CALLER();
    size_t total;

    if (__builtin_mul_overflow(n, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    return note(lgc_malloc_resize(p, total, &caller), place);
}

LGC_EXPORT void *leaksgc_aligned_alloc_at(size_t align, size_t size, const char *place)
{
    struct lgc_caller caller = LGC_CALLER();

    return note(lgc_malloc_aligned(align, size, &caller), place);
}

LGC_EXPORT int leaksgc_posix_memalign_at(void **out, size_t align, size_t size, const char *place)
{
    struct lgc_caller caller = LGC_CALLER();
    int error = lgc_malloc_posix_aligned(out, align, size, &caller);

    if (error == 0)
        note(*out, place);
    return error;
}

static char *copy(const char *text, size_t n, const char *place, const struct lgc_caller *caller)
{
    char *p = lgc_malloc_for_new(n + 1, 1, caller);

    if (p == NULL)
        return NULL;
    memcpy(p, text, n);
    p[n] = '\0';
    return note(p, place);
}

LGC_EXPORT char *leaksgc_strdup_at(const char *text, const char *place)
{
    struct lgc_caller caller = LGC_CALLER();

    return copy(text, strlen(text), place, &caller);
}

LGC_EXPORT char *leaksgc_strndup_at(const char *text, size_t most, const char *place)
{
    struct lgc_caller caller = LGC_CALLER();

    return copy(text, strnlen(text, most), place, &caller);
}
