/* SPDX-License-Identifier: MIT
 * block.c: makes, finds and refills the descriptors of blocks. */
#include "heap/block.h"

#include <string.h>

#include "base/mask.h"
#include "base/mem.h"
#include "base/ownstack.h"
#include "heap/gcheap.h"
#include "heap/pagemap.h"

struct lgc_lock lgc_block_lock = LGC_LOCK_INIT(LGC_RANK_HEAP);

static bool with_origins;
static struct lgc_block *all, **all_end = &all; /* in the order of making     */
static struct lgc_share nobody = { .open = true };
static struct lgc_block *spent[LGC_SIZECLASS_COUNT]; /* descriptors to be used again */
static size_t wholly_free;
static unsigned made[LGC_SIZECLASS_COUNT]; /* refills so far                 */

enum { REFILL_MOST = 8 };

void lgc_block_record_origins(bool on) { with_origins = on; }

struct lgc_block *lgc_block_first(void) { return all; }

void lgc_block_erase(void *p, size_t bytes)
{
    if (with_origins)
        memset(p, 0, bytes);
}

/* Everything from here to lgc_block_take: the caller holds lgc_block_lock. */

/* [struct lgc_block][record...] */
struct lgc_block *lgc_block_new(unsigned count)
{
    size_t stride = sizeof(uint16_t) + (with_origins ? sizeof(struct lgc_origin) : 0);
    struct lgc_block *b = lgc_mem_alloc_lines(sizeof *b + count * stride);

    if (b == NULL)
        return NULL;
    b->record = (char *)(b + 1);
    b->stride = (uint8_t)stride;
    *all_end = b;
    all_end = &b->next_all;
    return b;
}

static struct lgc_block *descriptor(unsigned class, unsigned count)
{
    struct lgc_block *b = spent[class];

    if (b == NULL)
        return lgc_block_new(count);
    spent[class] = b->next_unused;
    memset(b->record, 0, (size_t)count * b->stride);
    memset(b->free_map, 0, sizeof b->free_map);
    return b;
}

/* A block of equal objects on `bytes` bytes from base on. */
static struct lgc_block *equal_block(uintptr_t base, size_t bytes, unsigned class)
{
    unsigned size = lgc_sizeclass_size[class], count = (unsigned)(bytes / size);
    struct lgc_block *b = descriptor(class, count);

    if (b == NULL)
        return NULL;
    for (uintptr_t p = base; p < base + bytes; p += LGC_GCHEAP_PAGE)
        if (!lgc_pagemap_set((void *)p, b))
            return NULL; /* a descriptor of count 0 stays behind */
    b->base = base;
    b->object_size = size;
    b->reciprocal = ((1u << 22) + size - 1) / size;
    b->class = (uint8_t)class;
    b->count = (uint16_t)count;
    return b;
}

static void enlist(struct lgc_block *b, struct lgc_share *share)
{
    struct lgc_block **first = &share->partial[b->class];

    b->share = share;
    b->listed = true;
    b->prev_partial = NULL;
    b->next_partial = *first;
    if (*first != NULL)
        (*first)->prev_partial = b;
    *first = b;
}

static void delist(struct lgc_block *b)
{
    if (b->prev_partial != NULL)
        b->prev_partial->next_partial = b->next_partial;
    else
        b->share->partial[b->class] = b->next_partial;
    if (b->next_partial != NULL)
        b->next_partial->prev_partial = b->prev_partial;
    b->listed = false;
}

static void make_free(struct lgc_block *b, unsigned slot)
{
    uint64_t bit = 1ull << (slot % 64);
    bool wholly;

    if (b->free_map[slot / 64] & bit)
        return; /* of a cache that a fork caught while it gave this back */
    *lgc_block_info(b, slot) = LGC_INFO_FREE;
    b->free_map[slot / 64] |= bit;
    wholly = ++b->nfree == b->count;
    if (wholly)
        wholly_free += lgc_block_bytes(b);
    if (b->listed && wholly && b->share != &nobody)
        delist(b);
    if (!b->listed)
        enlist(b, wholly || b->share == NULL || !b->share->open ? &nobody : b->share);
}

/* Registers a list of fresh objects.  One without memory for its descriptor
 * is given back to libgc. */
static void adopt(void *list, unsigned class)
{
    while (list != NULL) {
        void *next = *(void **)list;
        uintptr_t base = (uintptr_t)list & ~(uintptr_t)(LGC_GCHEAP_PAGE - 1);
        struct lgc_block *b = lgc_pagemap_get(list);
        int slot;

        /* libgc's link would look like the program's pointer to a neighbour. */
        *(void **)list = NULL;
        if (b == NULL || b->class != class)
            b = equal_block(base, LGC_GCHEAP_PAGE, class);
        slot = b == NULL ? -1 : lgc_block_slot(b, list);
        if (slot >= 0)
            make_free(b, (unsigned)slot);
        else
            lgc_gcheap_free(list);
        list = next;
    }
}

/* False: there is no memory. */
static bool ask_libgc(unsigned class)
{
    struct lgc_block *b;
    void *list;

    if (class < LGC_SIZECLASS_SMALL) {
        list = lgc_gcheap_many(lgc_sizeclass_size[class]);
        adopt(list, class);
        return list != NULL;
    }
    list = lgc_gcheap_opaque(LGC_SIZECLASS_SLAB);
    if (list == NULL)
        return false;
    b = equal_block((uintptr_t)list, LGC_SIZECLASS_SLAB, class);
    if (b == NULL)
        lgc_gcheap_free(list);
    else
        for (unsigned slot = 0; slot < b->count; slot++)
            make_free(b, slot);
    return b != NULL;
}

/* The more, the more there are. */
static void ask_for_more(void *of_class)
{
    unsigned class = *(unsigned *)of_class, more = made[class] / 8;

    for (unsigned i = 0; i <= more && i < REFILL_MOST && ask_libgc(class); i++)
        made[class]++;
}

/* Asks libgc for more objects of the class, on a stack of ours: now and then it
 * clears 16 KiB below its own frame, which is all that some threads have.  A handler
 * of the program may call exit, and so a check: it must meet no object that we do
 * not know yet. */
static void refill(unsigned class)
{
    static struct lgc_ownstack own;
    uint64_t before = lgc_mask_block();

    lgc_ownstack_run(&own, ask_for_more, &class);
    lgc_mask_restore(before);
}

static unsigned take_from(struct lgc_block *b, struct lgc_free *out, unsigned want)
{
    unsigned n = 0;

    if (b->nfree == b->count)
        wholly_free -= lgc_block_bytes(b);
    for (unsigned w = 0; w < 4 && n < want; w++) {
        while (b->free_map[w] != 0 && n < want) {
            unsigned bit = (unsigned)__builtin_ctzll(b->free_map[w]);

            b->free_map[w] &= b->free_map[w] - 1;
            out[n].object = (void *)(b->base + (uintptr_t)(w * 64 + bit) * b->object_size);
            out[n++].info = lgc_block_info(b, w * 64 + bit);
        }
    }
    b->nfree = (uint16_t)(b->nfree - n);
    return n;
}

/* A block with free objects, in the share's list; NULL: there is no memory. */
static struct lgc_block *find(struct lgc_share *share, unsigned class)
{
    struct lgc_block *b = share->partial[class];

    if (b != NULL)
        return b;
    if (nobody.partial[class] == NULL)
        refill(class);
    b = nobody.partial[class];
    if (b != NULL && share != &nobody) {
        delist(b);
        enlist(b, share);
    }
    return b;
}

unsigned lgc_block_take(struct lgc_share *share, unsigned class, struct lgc_free *out,
                        unsigned want)
{
    struct lgc_block *b;
    unsigned n = 0;

    share = share == NULL ? &nobody : share;
    lgc_lock(&lgc_block_lock);
    while (n < want && (n == 0 || share->partial[class] != NULL) &&
           (b = find(share, class)) != NULL) {
        n += take_from(b, out + n, want - n);
        if (b->nfree == 0)
            delist(b);
    }
    lgc_unlock(&lgc_block_lock);
    return n;
}

void lgc_block_close_share(struct lgc_share *share)
{
    share->open = false;
    for (unsigned class = 0; class < LGC_SIZECLASS_COUNT; class++) {
        struct lgc_block *b;

        while ((b = share->partial[class]) != NULL) {
            delist(b);
            enlist(b, &nobody);
        }
    }
}

size_t lgc_block_wholly_free(void) { return wholly_free; }

static void forget(struct lgc_block *b)
{
    for (uintptr_t p = b->base; p < b->base + lgc_block_bytes(b); p += LGC_GCHEAP_PAGE)
        lgc_pagemap_set((void *)p, NULL);
    b->count = b->nfree = 0;
    b->share = NULL;
    b->next_unused = spent[b->class];
    spent[b->class] = b;
    if (lgc_block_is_medium(b))
        lgc_gcheap_free((void *)b->base);
}

/* In the order of their making. */
struct lgc_block *lgc_block_give_up(void)
{
    struct lgc_block *given = NULL, **end = &given;

    if (wholly_free == 0)
        return NULL;
    for (struct lgc_block *b = all; b != NULL; b = b->next_all) {
        if (b->count == 0 || b->nfree != b->count || lgc_block_is_large(b))
            continue;
        delist(b);
        forget(b);
        *end = b;
        end = &b->next_partial;
    }
    *end = NULL;
    wholly_free = 0;
    return given;
}

void lgc_block_give(const struct lgc_free *given, unsigned n)
{
    lgc_lock(&lgc_block_lock);
    for (unsigned i = 0; i < n; i++) {
        struct lgc_block *b = lgc_pagemap_get(given[i].object);
        int at = b == NULL ? -1 : lgc_block_slot(b, given[i].object);

        if (at >= 0 && lgc_block_state(b, (unsigned)at) == LGC_INFO_FREE)
            make_free(b, (unsigned)at);
    }
    lgc_unlock(&lgc_block_lock);
}
