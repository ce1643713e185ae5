/* SPDX-License-Identifier: MIT
 * malloc.c: the exported malloc family: what glibc 2.36 does at the edges, and
 * otherwise one call of capture/track. */
#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "capture/track.h"
#include "entry/malloc.h"
#include "entry/misuse.h"
#include "entry/other.h"
#include "heap/boot.h"
#include "heap/heap.h"
#include "run/life.h"

enum { ALIGN = 16 };

/* Every allocation ends here.  `align` is a power of two. */
static LGC_NOINLINE void *allocate(size_t size, size_t align, bool zero, uintptr_t pc,
                                   uintptr_t sp, uintptr_t rbp)
{
    struct lgc_caller caller = { pc, sp, rbp };
    enum lgc_life life = lgc_life_now();
    void *p;

    if (LGC_UNLIKELY(size > PTRDIFF_MAX)) {
        errno = ENOMEM;
        return NULL;
    }
    if (LGC_UNLIKELY(life == LGC_LIFE_ASIDE))
        return lgc_other_alloc(size, align, zero);
    if (LGC_UNLIKELY(life == LGC_LIFE_STARTING))
        p = lgc_boot_alloc(size, align);
    else
        p = lgc_track_alloc(size, align, zero, &caller);
    if (LGC_UNLIKELY(p == NULL))
        errno = ENOMEM;
    return p;
}

static LGC_NOINLINE void *recorded(size_t size, uintptr_t pc, uintptr_t sp, uintptr_t rbp)
{
    struct lgc_caller caller = { pc, sp, rbp };
    void *p = lgc_track_alloc_recorded(size, &caller);

    if (LGC_LIKELY(p != NULL))
        return lgc_guard_pass(p);
    return allocate(size, ALIGN, false, pc, sp, rbp);
}

/* Every uncleared one of the usual alignment.  Jumps, no calls: a quiet malloc
 * saves no register. */
LGC_INLINE void *allocate_plain(size_t size, struct lgc_caller caller)
{
    void *p;

    if (LGC_UNLIKELY(lgc_track_depth != 0))
        return recorded(size, caller.pc, caller.sp, caller.rbp);
    p = lgc_track_alloc_quiet(size);
    if (LGC_LIKELY(p != NULL))
        return lgc_guard_pass(p);
    return allocate(size, ALIGN, false, caller.pc, caller.sp, caller.rbp);
}

LGC_EXPORT void *malloc(size_t size) { return allocate_plain(size, LGC_CALLER()); }

void *lgc_malloc_cleared(size_t n, size_t size, const struct lgc_caller *caller)
{
    size_t total;

    if (__builtin_mul_overflow(n, size, &total))
        total = SIZE_MAX; /* refused as too large */
    return allocate(total, ALIGN, true, caller->pc, caller->sp, caller->rbp);
}

LGC_EXPORT void *calloc(size_t n, size_t size)
{
    struct lgc_caller caller = LGC_CALLER();
    size_t total;
    void *p;

    if (__builtin_mul_overflow(n, size, &total))
        total = SIZE_MAX; /* refused as too large */
    p = lgc_track_alloc_fast(total, &caller);
    if (LGC_LIKELY(p != NULL))
        return memset(lgc_guard_pass(p), 0, total);
    return allocate(total, ALIGN, true, caller.pc, caller.sp, caller.rbp);
}

static LGC_NOINLINE void release(void *p, const char *function)
{
    enum lgc_freed result;
    int saved;

    if (p == NULL || LGC_UNLIKELY(lgc_boot_owns(p)))
        return;
    saved = errno;
    if (LGC_UNLIKELY(lgc_life == LGC_LIFE_ASIDE)) {
        lgc_other_free(p);
    } else {
        result = lgc_track_free(p);
        if (LGC_UNLIKELY(result != LGC_FREED) &&
            (result != LGC_FREED_FOREIGN || !lgc_other_free_foreign(p)))
            lgc_misuse(function, p, result);
    }
    errno = saved;
}

LGC_EXPORT void free(void *p)
{
    if (LGC_LIKELY(lgc_track_free_fast(p)))
        lgc_guard_pass(NULL);
    else
        release(p, "free");
}

void lgc_malloc_release(void *p, const char *function)
{
    if (LGC_LIKELY(lgc_track_free_fast(p)))
        lgc_guard_pass(NULL);
    else
        release(p, function);
}

void *lgc_malloc_for_new(size_t size, size_t align, const struct lgc_caller *caller)
{
    if (LGC_LIKELY(align <= ALIGN))
        return allocate_plain(size, *caller);
    return allocate(size, align, false, caller->pc, caller->sp, caller->rbp);
}

/* From the pool of the start, or from another allocator, into the heap. */
static void *adopt(void *p, size_t old, size_t size, const struct lgc_caller *caller)
{
    void *fresh = allocate(size, ALIGN, false, caller->pc, caller->sp, caller->rbp);

    if (fresh != NULL)
        memcpy(fresh, p, old < size ? old : size);
    return fresh;
}

void *lgc_malloc_resize(void *p, size_t size, const struct lgc_caller *caller)
{
    enum lgc_freed judged;
    void *fresh;

    if (p == NULL)
        return allocate(size, ALIGN, false, caller->pc, caller->sp, caller->rbp);
    if (size == 0) {
        release(p, "realloc");
        return NULL;
    }
    if (size > PTRDIFF_MAX) {
        errno = ENOMEM;
        return NULL;
    }
    if (LGC_UNLIKELY(lgc_boot_owns(p)))
        return adopt(p, lgc_boot_size(p), size, caller);
    if (LGC_UNLIKELY(lgc_life == LGC_LIFE_ASIDE))
        return lgc_other_realloc(p, size);
    judged = lgc_heap_judge(p);
    if (LGC_UNLIKELY(judged != LGC_FREED)) {
        if (judged == LGC_FREED_FOREIGN && lgc_other_realloc_foreign(p, size, &fresh))
            return fresh;
        lgc_misuse("realloc", p, judged);
    }
    fresh = lgc_track_realloc(p, size, caller);
    if (fresh == NULL)
        errno = ENOMEM;
    return fresh;
}

LGC_EXPORT void *realloc(void *p, size_t size)
{
    struct lgc_caller caller = LGC_CALLER();

    return lgc_malloc_resize(p, size, &caller);
}

LGC_EXPORT void *reallocarray(void *p, size_t n, size_t size)
{
    struct lgc_caller caller = LGC_CALLER();
    size_t total;

    if (__builtin_mul_overflow(n, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    return lgc_malloc_resize(p, total, &caller);
}

/* As glibc: an alignment that is no power of two becomes the next one. */
void *lgc_malloc_aligned(size_t align, size_t size, const struct lgc_caller *caller)
{
    size_t power = ALIGN;

    if (align > SIZE_MAX / 2 + 1) {
        errno = EINVAL;
        return NULL;
    }
    while (power < align)
        power *= 2;
    return allocate(size, power, false, caller->pc, caller->sp, caller->rbp);
}

LGC_EXPORT void *memalign(size_t align, size_t size)
{
    struct lgc_caller caller = LGC_CALLER();

    return lgc_malloc_aligned(align, size, &caller);
}

LGC_EXPORT void *aligned_alloc(size_t align, size_t size)
{
    struct lgc_caller caller = LGC_CALLER();

    return lgc_malloc_aligned(align, size, &caller);
}

int lgc_malloc_posix_aligned(void **out, size_t align, size_t size, const struct lgc_caller *caller)
{
    int saved = errno;
    void *p;

    if (align % sizeof(void *) != 0 || align == 0 || (align & (align - 1)) != 0)
        return EINVAL;
    p = lgc_malloc_aligned(align, size, caller);
    errno = saved;
    if (p == NULL)
        return ENOMEM;
    *out = p;
    return 0;
}

LGC_EXPORT int posix_memalign(void **out, size_t align, size_t size)
{
    struct lgc_caller caller = LGC_CALLER();

    return lgc_malloc_posix_aligned(out, align, size, &caller);
}

LGC_EXPORT void *valloc(size_t size)
{
    struct lgc_caller caller = LGC_CALLER();

    return lgc_malloc_aligned((size_t)sysconf(_SC_PAGESIZE), size, &caller);
}

LGC_EXPORT void *pvalloc(size_t size)
{
    struct lgc_caller caller = LGC_CALLER();
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    if (size > PTRDIFF_MAX) {
        errno = ENOMEM;
        return NULL;
    }
    return lgc_malloc_aligned(page, (size + page - 1) & ~(page - 1), &caller);
}

LGC_EXPORT size_t malloc_usable_size(void *p)
{
    size_t usable = lgc_heap_usable_fast(p);

    if (LGC_LIKELY(usable > 0 || p == NULL))
        return usable;
    if (lgc_boot_owns(p))
        return lgc_boot_size(p);
    if (lgc_life == LGC_LIFE_ASIDE || lgc_heap_judge(p) == LGC_FREED_FOREIGN)
        return lgc_other_usable(p);
    return lgc_heap_usable(p);
}
