/* SPDX-License-Identifier: MIT
 * away.c: the records of what was lost and is in use again. */
#include "find/away.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"
#include "heap/heap.h"

/* Programs that lose what they find again have a lot of these; more
 * than so many are called new again. */
enum { MOST = 1 << 16, TAKEN = LGC_KIND_COUNT };

static int by_address(const void *x, const void *y)
{
    const struct lgc_entry *a = x, *b = y;

    return a->address < b->address ? -1 : a->address > b->address;
}

static bool same(const struct lgc_origin *a, const struct lgc_origin *b)
{
    return a->site == b->site && a->time == b->time;
}

/* What stands at its address is what stood there. */
static bool still_there(const struct lgc_entry *e)
{
    const struct lgc_origin *origin;
    struct lgc_object o;

    if (!lgc_heap_find((const void *)e->address, true, &o) || o.address != e->address)
        return false;
    origin = lgc_block_origin(o.block, o.slot);
    return origin != NULL && same(origin, &e->origin);
}

const struct lgc_entry *lgc_away_take(struct lgc_away *away, const struct lgc_entry *entry)
{
    struct lgc_entry *e = away->known == 0 ? NULL :
        bsearch(entry, away->entry, away->known, sizeof *entry, by_address);

    if (e == NULL || !same(&e->origin, &entry->origin))
        return NULL;
    e->kind = TAKEN;
    return e;
}

void lgc_away_add(struct lgc_away *away, const struct lgc_entry *record)
{
    struct lgc_entry *grown;

    if (away->count == MOST || !still_there(record))
        return;
    grown = lgc_mem_grow(away->entry, &away->capacity, away->count + 1, sizeof *grown);
    if (grown == NULL)
        return;
    away->entry = grown;
    away->entry[away->count++] = *record;
}

void lgc_away_settle(struct lgc_away *away)
{
    size_t kept = 0;

    for (size_t i = 0; i < away->count; i++)
        if (away->entry[i].kind != TAKEN && still_there(&away->entry[i]))
            away->entry[kept++] = away->entry[i];
    away->count = away->known = kept;
    if (kept > 1)
        lgc_sort(away->entry, kept, sizeof *away->entry, by_address);
}

void lgc_away_clear(struct lgc_away *away)
{
    lgc_mem_unmap(away->entry, away->capacity * sizeof *away->entry);
    memset(away, 0, sizeof *away);
}
