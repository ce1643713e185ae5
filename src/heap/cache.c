/* SPDX-License-Identifier: MIT
 * cache.c: per-thread bins of free objects. */
#include "heap/cache.h"

#include <atomic_ops.h>

#include "base/lock.h"
#include "base/mem.h"
#include "heap/block.h"
#include "heap/trim.h"

void (*lgc_cache_on_new_thread)(void);
LGC_TLS struct lgc_cache *lgc_cache_self;

static LGC_TLS bool retired;

/* Guarded by lgc_block_lock. */
static struct lgc_cache *all;
static size_t fast_end;

static unsigned keep = LGC_CACHE_SLOTS;
static AO_t loose_alloc_bytes, loose_alloc_objects; /* of threads without one */
static AO_t loose_free_bytes, loose_free_objects;
static AO_t loose_largest;

void lgc_cache_keep(unsigned objects)
{
    keep = objects < 1 ? 1 : objects > LGC_CACHE_SLOTS ? LGC_CACHE_SLOTS : objects;
}

static unsigned limit_of(unsigned class)
{
    unsigned limit = LGC_CACHE_BYTES / lgc_sizeclass_size[class];

    limit = limit < 4 ? 4 : limit;
    return limit < keep ? limit : keep;
}

static struct lgc_cache *make(void)
{
    struct lgc_cache *c = lgc_mem_alloc(sizeof *c);

    if (c == NULL)
        return NULL;
    for (unsigned class = 0; class < LGC_SIZECLASS_COUNT; class++)
        c->fill[class].limit = (uint16_t)limit_of(class);
    c->next = all;
    all = c;
    return c;
}

static struct lgc_cache *claim(void)
{
    struct lgc_cache *c;

    lgc_lock(&lgc_block_lock);
    for (c = all; c != NULL && c->in_use; c = c->next)
        ;
    if (c == NULL)
        c = make();
    if (c != NULL) {
        c->in_use = true;
        c->share.open = true;
        c->detour = true;
        c->fast_end = 0;
    }
    lgc_unlock(&lgc_block_lock);
    return c;
}

struct lgc_cache *lgc_cache_mine(void)
{
    if (LGC_LIKELY(lgc_cache_self != NULL))
        return lgc_cache_self;
    if (retired)
        return NULL;
    lgc_cache_self = claim();
    if (lgc_cache_self != NULL && lgc_cache_on_new_thread != NULL)
        lgc_cache_on_new_thread();
    return lgc_cache_self;
}

void lgc_cache_set_fast_end(size_t end)
{
    lgc_lock(&lgc_block_lock);
    fast_end = end;
    for (struct lgc_cache *c = all; c != NULL; c = c->next)
        if (!c->detour)
            c->fast_end = end;
    lgc_unlock(&lgc_block_lock);
}

void lgc_cache_set_detour(bool detour, uint16_t thread)
{
    struct lgc_cache *c = lgc_cache_mine();

    if (c == NULL || c->detour == detour)
        return;
    lgc_lock(&lgc_block_lock);
    c->detour = detour;
    c->thread = thread;
    c->fast_end = detour ? 0 : fast_end;
    lgc_unlock(&lgc_block_lock);
}

static void empty_bins(struct lgc_cache *c)
{
    for (unsigned class = 0; class < LGC_SIZECLASS_COUNT; class++) {
        lgc_block_give(c->bin[class], c->fill[class].n);
        c->fill[class].n = 0;
    }
}

void lgc_cache_retire(void)
{
    struct lgc_cache *c = lgc_cache_self;

    retired = true;
    lgc_cache_self = NULL;
    if (c == NULL)
        return;
    empty_bins(c);
    lgc_lock(&lgc_block_lock);
    lgc_block_close_share(&c->share);
    c->in_use = false; /* its counts stay and go on with the next owner */
    lgc_unlock(&lgc_block_lock);
}

LGC_NOINLINE bool lgc_cache_refill(struct lgc_cache *c, unsigned class)
{
    struct lgc_free *bin = c->bin[class];
    unsigned n = lgc_block_take(&c->share, class, bin, (c->fill[class].limit + 1) / 2);

    /* Lowest address on top: neighbours are handed out in order. */
    for (unsigned i = 0; i < n / 2; i++) {
        struct lgc_free other = bin[i];

        bin[i] = bin[n - 1 - i];
        bin[n - 1 - i] = other;
    }
    c->fill[class].n = (uint16_t)n;
    return n > 0;
}

/* The lower half is the coldest. */
LGC_NOINLINE void lgc_cache_spill(struct lgc_cache *c, unsigned class)
{
    struct lgc_free *bin = c->bin[class];
    unsigned n = c->fill[class].n, half = (n + 1) / 2;

    lgc_block_give(bin, half);
    for (unsigned i = half; i < n; i++)
        bin[i - half] = bin[i];
    c->fill[class].n = (uint16_t)(n - half);
    if (LGC_UNLIKELY(lgc_trim_wanted()))
        lgc_trim(true);
}

void lgc_cache_count_alloc(struct lgc_cache *c, size_t bytes)
{
    if (LGC_LIKELY(c != NULL)) {
        c->allocated.bytes += bytes;
        c->allocated.objects++;
        if (LGC_UNLIKELY(bytes > c->largest))
            c->largest = bytes;
    } else {
        AO_fetch_and_add(&loose_alloc_bytes, bytes);
        AO_fetch_and_add1(&loose_alloc_objects);
        if (bytes > AO_load(&loose_largest))
            AO_store(&loose_largest, bytes); /* a race loses one of two records */
    }
}

void lgc_cache_count_free(struct lgc_cache *c, size_t bytes)
{
    if (LGC_LIKELY(c != NULL)) {
        c->freed.bytes += bytes;
        c->freed.objects++;
    } else {
        AO_fetch_and_add(&loose_free_bytes, bytes);
        AO_fetch_and_add1(&loose_free_objects);
    }
}

void lgc_cache_totals(struct lgc_count *allocated, struct lgc_count *freed)
{
    allocated->bytes = AO_load(&loose_alloc_bytes);
    allocated->objects = AO_load(&loose_alloc_objects);
    freed->bytes = AO_load(&loose_free_bytes);
    freed->objects = AO_load(&loose_free_objects);
    lgc_lock(&lgc_block_lock);
    for (struct lgc_cache *c = all; c != NULL; c = c->next) {
        allocated->bytes += c->allocated.bytes;
        allocated->objects += c->allocated.objects;
        freed->bytes += c->freed.bytes;
        freed->objects += c->freed.objects;
    }
    lgc_unlock(&lgc_block_lock);
}

uint64_t lgc_cache_largest(void)
{
    uint64_t largest = AO_load(&loose_largest);

    lgc_lock(&lgc_block_lock);
    for (struct lgc_cache *c = all; c != NULL; c = c->next)
        largest = c->largest > largest ? c->largest : largest;
    lgc_unlock(&lgc_block_lock);
    return largest;
}

static void show_bin(const struct lgc_cache *c, unsigned class, unsigned depth,
                     void (*each)(const uint16_t *info, size_t size, void *arg), void *arg)
{
    const volatile struct lgc_free *bin = c->bin[class];
    unsigned n = *(const volatile uint16_t *)&c->fill[class].n;

    for (unsigned i = n > depth ? n - depth : 0; i < n && i < LGC_CACHE_SLOTS; i++) {
        const uint16_t *info = bin[i].info; /* records are never unmapped */

        if (info != NULL)
            each(info, lgc_sizeclass_size[class], arg);
    }
}

void lgc_cache_each_freed(unsigned depth, void (*each)(const uint16_t *info, size_t size, void *arg),
                          void *arg)
{
    lgc_lock(&lgc_block_lock);
    for (const struct lgc_cache *c = all; c != NULL; c = c->next)
        for (unsigned class = 0; c->in_use && class < LGC_SIZECLASS_COUNT; class++)
            show_bin(c, class, depth, each, arg);
    lgc_unlock(&lgc_block_lock);
}

/* The other threads may have been caught in the middle of a get or a put: an
 * object may stand in a bin twice, or be in use already (lgc_block_give copes
 * with both), or in no bin any more (then this child never uses it). */
void lgc_cache_fork_child(void)
{
    for (struct lgc_cache *c = all; c != NULL; c = c->next) {
        if (!c->in_use || c == lgc_cache_self)
            continue;
        empty_bins(c);
        lgc_block_close_share(&c->share);
        c->in_use = false;
    }
}
