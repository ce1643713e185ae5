/* SPDX-License-Identifier: MIT
 * cache.c: per-thread bins of free objects. */
#include "heap/cache.h"

#include <atomic_ops.h>

#include "base/lock.h"
#include "base/mem.h"
#include "heap/block.h"

void (*lgc_cache_on_new_thread)(void);

static LGC_TLS struct lgc_cache *mine;
static LGC_TLS bool retired;

static struct lgc_cache *all;            /* guarded by lgc_block_lock         */
static AO_t loose_alloc_bytes, loose_alloc_objects; /* of threads without one */
static AO_t loose_free_bytes, loose_free_objects;

static unsigned limit_of(unsigned class)
{
    unsigned limit = LGC_CACHE_BYTES / lgc_sizeclass_size[class];

    return limit > LGC_CACHE_SLOTS ? LGC_CACHE_SLOTS : limit < 2 ? 2 : limit;
}

static struct lgc_cache *claim(void)
{
    struct lgc_cache *c;

    lgc_lock(&lgc_block_lock);
    for (c = all; c != NULL && c->in_use; c = c->next)
        ;
    if (c == NULL && (c = lgc_mem_alloc(sizeof *c)) != NULL) {
        c->next = all;
        all = c;
    }
    if (c != NULL)
        c->in_use = true;
    lgc_unlock(&lgc_block_lock);
    return c;
}

struct lgc_cache *lgc_cache_mine(void)
{
    if (LGC_LIKELY(mine != NULL))
        return mine;
    if (retired)
        return NULL;
    mine = claim();
    if (mine != NULL && lgc_cache_on_new_thread != NULL)
        lgc_cache_on_new_thread();
    return mine;
}

static void empty_bins(struct lgc_cache *c)
{
    for (unsigned class = 0; class < LGC_SIZECLASS_COUNT; class++) {
        lgc_block_give(c->bin[class].slot, c->bin[class].n);
        c->bin[class].n = 0;
    }
}

void lgc_cache_retire(void)
{
    struct lgc_cache *c = mine;

    retired = true;
    mine = NULL;
    if (c == NULL)
        return;
    empty_bins(c);
    lgc_lock(&lgc_block_lock);
    c->in_use = false; /* its counts stay and go on with the next owner */
    lgc_unlock(&lgc_block_lock);
}

void *lgc_cache_get(struct lgc_cache *c, unsigned class)
{
    void *object = NULL;

    if (c == NULL) {
        lgc_block_take(class, &object, 1);
        return object;
    }
    if (LGC_UNLIKELY(c->bin[class].n == 0)) {
        unsigned n = lgc_block_take(class, c->bin[class].slot, limit_of(class) / 2);

        /* Lowest address on top: neighbours are handed out in order. */
        for (unsigned i = 0; i < n / 2; i++) {
            void *other = c->bin[class].slot[i];

            c->bin[class].slot[i] = c->bin[class].slot[n - 1 - i];
            c->bin[class].slot[n - 1 - i] = other;
        }
        if (n == 0)
            return NULL;
        c->bin[class].n = (uint16_t)n;
    }
    return c->bin[class].slot[--c->bin[class].n];
}

void lgc_cache_put(struct lgc_cache *c, unsigned class, void *object)
{
    unsigned limit = limit_of(class), half = limit / 2;

    if (c == NULL) {
        lgc_block_give(&object, 1);
        return;
    }
    if (LGC_UNLIKELY(c->bin[class].n == limit)) {
        /* The lower half is the coldest. */
        lgc_block_give(c->bin[class].slot, half);
        for (unsigned i = half; i < limit; i++)
            c->bin[class].slot[i - half] = c->bin[class].slot[i];
        c->bin[class].n = (uint16_t)(limit - half);
    }
    c->bin[class].slot[c->bin[class].n++] = object;
}

void lgc_cache_count_alloc(struct lgc_cache *c, size_t bytes)
{
    if (LGC_LIKELY(c != NULL)) {
        c->allocated.bytes += bytes;
        c->allocated.objects++;
    } else {
        AO_fetch_and_add(&loose_alloc_bytes, bytes);
        AO_fetch_and_add1(&loose_alloc_objects);
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

/* The other threads may have been caught in the middle of a get or a put: an
 * object may stand in a bin twice, or be in use already (lgc_block_give copes
 * with both), or in no bin any more (then this child never uses it). */
void lgc_cache_fork_child(void)
{
    for (struct lgc_cache *c = all; c != NULL; c = c->next) {
        if (!c->in_use || c == mine)
            continue;
        empty_bins(c);
        c->in_use = false;
    }
}
