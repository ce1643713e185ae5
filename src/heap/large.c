/* SPDX-License-Identifier: MIT
 * large.c: keeps free large objects by size, eight sizes between a power of
 * two and the next.
 *
 *   bucket[i] ──> block ──next_unused──> block ...   all of size_of(i) pages
 *
 * An object that is kept stays registered and counts as free: freeing it
 * again is noticed.
 */
#include "heap/large.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mask.h"
#include "heap/gcheap.h"
#include "heap/pagemap.h"

/* From RETURN bytes on, what goes back to libgc gives its pages to the system
 * once there is much of it: they are paid again by the faults of who comes next. */
enum { BUCKETS = 8 * 49, NEAR = 3, RETURN = 128 << 10, KEEP_LEAST = 8 << 20 };
enum { MOVE_LEAST = 128 << 10, MAPPINGS = 16384 };

/* All guarded by lgc_block_lock. */
static struct lgc_block *bucket[BUCKETS], *unused;
static unsigned highest;         /* no bucket above holds anything           */
static size_t kept;              /* bytes in buckets                         */
static size_t dirty;             /* bytes given to libgc with their pages, as far
                                    as none has come back from there         */

/* n pages are served from bucket i, whose objects have size_of(i) >= n.
 * Exact up to 16 pages. */
static unsigned bucket_of(size_t n)
{
    unsigned shift = n <= 16 ? 0 : 60 - (unsigned)__builtin_clzll(n - 1);

    return 8 * shift + (unsigned)(((n - 1) >> shift) + 1);
}

static size_t size_of(unsigned i)
{
    unsigned shift = i <= 16 ? 0 : (i - 9) / 8;

    return (size_t)(i - 8 * shift) << shift;
}

/* What may be kept: little of a small heap, an eighth of a large one. */
static size_t keep_limit(void)
{
    return KEEP_LEAST + lgc_gcheap_held() / 8;
}

static void put(struct lgc_block *b)
{
    unsigned i = bucket_of(b->held / LGC_GCHEAP_PAGE);

    if (size_of(i) * LGC_GCHEAP_PAGE > b->held)
        i--;
    b->next_unused = bucket[i];
    bucket[i] = b;
    kept += b->held;
    if (i > highest)
        highest = i;
}

static struct lgc_block *take(unsigned i)
{
    struct lgc_block *b = bucket[i];

    if (b == NULL)
        return NULL;
    bucket[i] = b->next_unused;
    kept -= b->held;
    return b;
}

/* Also one that is a little larger. */
static struct lgc_block *take_near(unsigned i)
{
    struct lgc_block *b = NULL;

    for (unsigned end = i + NEAR; b == NULL && i < end && i <= highest; i++)
        b = take(i);
    return b;
}

/* Back to libgc.  The descriptor serves another object. */
static void release(struct lgc_block *b, bool to_system)
{
    uint64_t before = lgc_mask_block();
    void *p = (void *)b->base;

    if (to_system && (b->held >= KEEP_LEAST || dirty > keep_limit()))
        lgc_gcheap_return(p, b->held);
    else
        dirty += b->held;
    lgc_pagemap_set(p, NULL);
    b->count = 0;
    b->next_unused = unused;
    unused = b;
    lgc_gcheap_free(p);
    lgc_mask_restore(before);
}

/* The largest first: few go, much is free. */
static void release_down_to(size_t limit, size_t return_from)
{
    while (kept > limit) {
        struct lgc_block *b = take(highest);

        if (b != NULL)
            release(b, b->held >= return_from);
        else if (highest-- == 0)
            break;
    }
    if (kept == 0)
        highest = 0;
}

static struct lgc_block *descriptor(void)
{
    struct lgc_block *b = unused;

    if (b != NULL)
        unused = b->next_unused;
    else if ((b = lgc_block_new(1)) != NULL)
        b->class = LGC_SIZECLASS_LARGE;
    return b;
}

static struct lgc_block *register_new(unsigned i)
{
    struct lgc_block *b = descriptor();
    size_t bytes = size_of(i) * LGC_GCHEAP_PAGE;
    void *p = b == NULL ? NULL : lgc_gcheap_large(bytes);

    dirty -= bytes < dirty ? bytes : dirty;
    if (p != NULL && lgc_pagemap_set(p, b)) {
        b->base = b->user = (uintptr_t)p;
        b->held = lgc_gcheap_size(p) & ~(size_t)(LGC_GCHEAP_PAGE - 1);
        *lgc_block_info(b, 0) = LGC_INFO_FREE;
        b->count = 1;
        return b;
    }
    if (p != NULL)
        lgc_gcheap_free(p);
    if (b != NULL) {
        b->next_unused = unused;
        unused = b;
    }
    return NULL;
}

/* Made and registered under one lock and without signals, so that no check
 * meets an object of libgc's that it does not know. */
static struct lgc_block *make(unsigned i)
{
    uint64_t before = lgc_mask_block();
    struct lgc_block *b = register_new(i);

    lgc_mask_restore(before);
    return b;
}

static struct lgc_block *alloc_locked(size_t size, size_t room, size_t align)
{
    unsigned i = bucket_of((room + LGC_GCHEAP_PAGE - 1) / LGC_GCHEAP_PAGE);
    struct lgc_block *b = take_near(i);

    if (b == NULL)
        b = make(i);
    if (b == NULL)
        return NULL;
    b->requested = size;
    b->user = (b->base + align - 1) & ~(uintptr_t)(align - 1);
    /* Under its base too: that is what libgc makes of an interior pointer. */
    if (b->user == b->base || lgc_pagemap_set((void *)b->user, b))
        return b;
    b->user = b->base;
    put(b);
    return NULL;
}

struct lgc_block *lgc_large_alloc(size_t size, size_t room, size_t align)
{
    struct lgc_block *b;

    room = room > 0 ? room : 1;
    if ((align > LGC_GCHEAP_PAGE && __builtin_add_overflow(room, align, &room)) ||
        room > PTRDIFF_MAX - LGC_GCHEAP_PAGE)
        return NULL;
    lgc_lock(&lgc_block_lock);
    b = alloc_locked(size, room, align);
    lgc_unlock(&lgc_block_lock);
    return b;
}

void lgc_large_free(struct lgc_block *b)
{
    size_t limit = keep_limit();

    lgc_lock(&lgc_block_lock);
    if (b->user != b->base) {
        lgc_pagemap_set((void *)b->user, NULL);
        b->user = b->base;
    }
    if (b->held > limit / 2) {
        release(b, true);
    } else {
        put(b);
        release_down_to(limit, RETURN);
    }
    lgc_unlock(&lgc_block_lock);
}

/* Each move can leave two more mappings behind, of which a process may have
 * 65530: so only so much is moved that there are never more than a quarter. */
static size_t least_to_move(void)
{
    size_t least = lgc_gcheap_held() / MAPPINGS * 2;

    return least < MOVE_LEAST ? MOVE_LEAST : least;
}

/* The pages that are left behind read as zero and are not there. */
bool lgc_large_move(const struct lgc_block *from, const struct lgc_block *to, size_t n)
{
    size_t bytes = (n + LGC_GCHEAP_PAGE - 1) & ~(size_t)(LGC_GCHEAP_PAGE - 1);
    int saved = errno;
    bool moved;

    if (from->user != from->base || to->user != to->base || bytes < least_to_move() ||
        bytes > from->held || bytes > to->held)
        return false;
    moved = syscall(SYS_mremap, from->base, bytes, bytes,
                    MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, to->base) == (long)to->base;
    errno = saved;
    return moved;
}

void lgc_large_cut(const struct lgc_block *b, size_t n)
{
    uintptr_t end = (b->user + n + LGC_GCHEAP_PAGE - 1) & ~(uintptr_t)(LGC_GCHEAP_PAGE - 1);

    if (b->base + b->held - end >= RETURN)
        lgc_gcheap_return((void *)end, b->base + b->held - end);
}

size_t lgc_large_kept(void) { return kept; }

bool lgc_large_release_all(void)
{
    bool any = kept > 0;

    release_down_to(0, RETURN);
    return any;
}
