/* SPDX-License-Identifier: MIT
 * hang.c: adds up which group hangs on which. */
#include "find/hang.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"

static uint32_t *find_slot(uint32_t *slot, size_t nslots, const struct lgc_hang_pair *pair,
                           uint32_t group, uint32_t holder)
{
    uint64_t h = ((uint64_t)group << 32 | holder) * 0x9e3779b97f4a7c15u;
    size_t i = (size_t)(h >> 32) & (nslots - 1);

    while (slot[i] != 0 && (pair[slot[i] - 1].group != group || pair[slot[i] - 1].holder != holder))
        i = (i + 1) & (nslots - 1);
    return &slot[i];
}

static bool make_room(struct lgc_hangs *h)
{
    struct lgc_hang_pair *grown = lgc_mem_grow(h->pair, &h->capacity, h->count + 1, sizeof *grown);
    size_t nslots = h->nslots == 0 ? 1024 : 2 * h->nslots;
    uint32_t *slot;

    if (grown == NULL)
        return false;
    h->pair = grown;
    if (2 * (h->count + 1) <= h->nslots)
        return true;
    slot = lgc_mem_map(nslots * sizeof *slot);
    if (slot == NULL)
        return false;
    for (size_t i = 0; i < h->count; i++)
        *find_slot(slot, nslots, h->pair, h->pair[i].group, h->pair[i].holder) = (uint32_t)(i + 1);
    lgc_mem_unmap(h->slot, h->nslots * sizeof *h->slot);
    h->slot = slot;
    h->nslots = nslots;
    return true;
}

bool lgc_hangs_add(struct lgc_hangs *h, uint32_t group, uint32_t holder, uint64_t bytes)
{
    uint32_t *slot;

    if (!make_room(h))
        return false;
    slot = find_slot(h->slot, h->nslots, h->pair, group, holder);
    if (*slot == 0) {
        h->pair[h->count] = (struct lgc_hang_pair){ group, holder, { 0, 0 } };
        *slot = (uint32_t)++h->count;
    }
    h->pair[*slot - 1].amount.bytes += bytes;
    h->pair[*slot - 1].amount.objects++;
    return true;
}

static int by_group(const void *x, const void *y)
{
    const struct lgc_hang_pair *a = x, *b = y;

    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    return a->holder < b->holder ? -1 : a->holder > b->holder;
}

void lgc_hangs_sort(struct lgc_hangs *h)
{
    lgc_sort(h->pair, h->count, sizeof *h->pair, by_group);
}

void lgc_hangs_free(struct lgc_hangs *h)
{
    lgc_mem_unmap(h->pair, h->capacity * sizeof *h->pair);
    lgc_mem_unmap(h->slot, h->nslots * sizeof *h->slot);
    memset(h, 0, sizeof *h);
}
