/* SPDX-License-Identifier: MIT
 * mman.c: notes which private mappings the program makes: they are roots.
 *
 * libgc maps its heap through these functions too, always from inside the
 * library: those mappings are ours, and never roots. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/guard.h"
#include "base/mem.h"
#include "heap/gcheap.h"
#include "heap/gcpool.h"
#include "run/life.h"
#include "run/way.h"
#include "world/region.h"

/* What a copy of the process costs is its page tables: with huge pages a third.
 * libgc's heap that grows by this much, an eighth of it, is large enough to
 * waste nothing by them that one would notice (1 % were measured).  Its mark
 * stack is not: hardly any of it is ever touched. */
enum { HUGE_FROM = 4 << 20 };

static bool noted(void)
{
    return lgc_life == LGC_LIFE_FINDING || lgc_life == LGC_LIFE_STARTING;
}

static uintptr_t page_end(const void *p, size_t size)
{
    return ((uintptr_t)p + size + 4095) & ~(uintptr_t)4095;
}

/* A private mapping may become writable later; a file's only if it is now. */
static bool holds_pointers(int prot, int flags)
{
    return (flags & MAP_TYPE) == MAP_PRIVATE && ((flags & MAP_ANONYMOUS) || (prot & PROT_WRITE));
}

static void note_mapped(void *p, size_t size, bool root)
{
    if (lgc_guard_inside()) {
        lgc_mem_own(p, page_end(p, size) - (uintptr_t)p);
        return;
    }
    lgc_guard_enter();
    if (root)
        lgc_region_mapped((uintptr_t)p, page_end(p, size));
    else
        lgc_region_unmapped((uintptr_t)p, page_end(p, size)); /* MAP_FIXED over one */
    lgc_guard_leave();
}

static void note_unmapped(void *p, size_t size)
{
    if (lgc_guard_inside()) {
        lgc_mem_disown(p, page_end(p, size) - (uintptr_t)p);
        return;
    }
    lgc_guard_enter();
    lgc_region_unmapped((uintptr_t)p, page_end(p, size));
    lgc_guard_leave();
}

/* libgc's own request: fresh, writable; its wish of a place is no more. */
static bool is_for_libgc(int prot, int flags)
{
    return lgc_guard_inside() && lgc_life != LGC_LIFE_ASIDE &&
           (flags & MAP_TYPE) == MAP_PRIVATE && !(flags & MAP_FIXED) && (flags & MAP_ANONYMOUS) &&
           (prot & PROT_WRITE) && !(prot & PROT_EXEC);
}

LGC_EXPORT void *mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
    bool ours = is_for_libgc(prot, flags);
    void *p = ours ? lgc_gcpool_take(size) : NULL;

    if (p != NULL)
        return p;
    p = (void *)syscall(SYS_mmap, at, size, prot, flags, fd, offset);
    if (p == MAP_FAILED && ours && (p = lgc_gcpool_take_last(size)) == NULL)
        return MAP_FAILED;
    if (p != MAP_FAILED && ours && size >= HUGE_FROM && noted() && lgc_gcheap_grows())
        syscall(SYS_madvise, p, size, MADV_HUGEPAGE);
    if (p != MAP_FAILED && noted())
        note_mapped(p, size, holds_pointers(prot, flags));
    return p;
}

LGC_EXPORT void *mmap64(void *at, size_t size, int prot, int flags, int fd, off64_t offset)
{
    return mmap(at, size, prot, flags, fd, offset); /* off_t has 64 bits here */
}

LGC_EXPORT int munmap(void *p, size_t size)
{
    bool was_root = noted() && lgc_region_is_mapped((uintptr_t)p);
    int status;

    /* Before: afterwards another thread's new mapping may lie there. */
    if (noted())
        note_unmapped(p, size);
    status = (int)syscall(SYS_munmap, p, size);
    if (status != 0 && was_root)
        note_mapped(p, size, true);
    return status;
}

/* What a copy of the process would not have, or have empty, cannot be searched
 * there. */
LGC_EXPORT int madvise(void *p, size_t size, int advice)
{
    if (advice == MADV_DONTFORK || advice == MADV_WIPEONFORK)
        lgc_way_forbid();
    return (int)syscall(SYS_madvise, p, size, advice);
}

LGC_EXPORT void *mremap(void *p, size_t size, size_t fresh_size, int flags, ...)
{
    void *to = NULL, *fresh;
    bool was_root = false;
    va_list args;

    va_start(args, flags);
    if (flags & MREMAP_FIXED)
        to = va_arg(args, void *);
    va_end(args);
    if (noted())
        was_root = lgc_region_is_mapped((uintptr_t)p);
    fresh = (void *)syscall(SYS_mremap, p, size, fresh_size, flags, to);
    if (fresh != MAP_FAILED && was_root) {
        note_unmapped(p, size);
        note_mapped(fresh, fresh_size, true);
    }
    return fresh;
}
