/* SPDX-License-Identifier: MIT
 * field.h: every object of a frozen heap has a bit; which one, and where the
 * object lies, is known from any address in it by one load from a dense table.
 *
 *   address ──> leaf[bits 46..30] ──> place[bits 29..12], 8 bytes a page
 *                                       │ size class, which page of a slab
 *                                       └ first word of the block's bits
 *
 * A trace asks once for each word that it reads.  The blocks' own descriptors
 * would do, but they are spread over an eighth of the heap's size: for a
 * gigabyte of heap these tables are 2 MiB and a bit for each object, and stay
 * in the processor's cache.  And nothing is written to what a copy of the
 * process shares with it: each such page would be copied.
 *
 * What is read of an object is what libgc reads of it: all of it, not only
 * what was asked for. */
#ifndef LGC_FIND_FIELD_H
#define LGC_FIND_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "heap/block.h"
#include "heap/pagemap.h"

struct lgc_place {
    uint32_t word;               /* of the bits; large: index into large[]   */
    uint8_t kind;                /* 0: nothing; size class + 1; or large     */
    uint8_t page;                /* of a slab                                */
    uint16_t unused;
};

struct lgc_field_class { uint32_t size, extent, reciprocal, count; };
struct lgc_field_large { uintptr_t lo, hi, user; uint32_t word; };

struct lgc_field {
    uintptr_t lo, hi;            /* all objects lie in between               */
    size_t words;                /* of 64 bits; a block begins a new one     */
    struct lgc_block **block;    /* those with objects, in order of making   */
    uint32_t *word;              /* the first one of each                    */
    size_t blocks;
    struct lgc_field_large *large;
    size_t nlarge, room, large_room;
    struct lgc_field_class class[LGC_SIZECLASS_COUNT];
};
extern struct lgc_field lgc_field;
extern struct lgc_place *lgc_field_leaf[LGC_PAGEMAP_LEAVES];

enum { LGC_PLACE_LARGE = 255 };

/* An object, and whether it was its start that was pointed to. */
struct lgc_spot {
    size_t bit;
    uintptr_t lo, hi;            /* what is read of it                       */
    bool start, large;
};

/* Of the heap as it stands; one at a time.  False: no memory, there is none. */
bool lgc_field_make(void);
void lgc_field_free(void);

LGC_INLINE bool lgc_field_find_large(uintptr_t p, uint32_t index, struct lgc_spot *out)
{
    const struct lgc_field_large *l = &lgc_field.large[index];

    out->bit = (size_t)l->word * 64;
    out->lo = l->lo;
    out->hi = l->hi;
    out->start = p == l->user;
    out->large = true;
    return true;
}

/* The object, in use or not, that p points to or into. */
LGC_INLINE bool lgc_field_find(uintptr_t p, struct lgc_spot *out)
{
    const struct lgc_place *leaf, *place;
    const struct lgc_field_class *c;
    uint32_t offset, slot;

    if (p - lgc_field.lo >= lgc_field.hi - lgc_field.lo)
        return false;
    leaf = lgc_field_leaf[p >> 30];
    if (leaf == NULL)
        return false;
    place = &leaf[(p >> 12) & (LGC_PAGEMAP_PAGES - 1)];
    if (place->kind == 0)
        return false;
    if (place->kind == LGC_PLACE_LARGE)
        return lgc_field_find_large(p, place->word, out);
    c = &lgc_field.class[place->kind - 1];
    offset = (uint32_t)place->page << 12 | (uint32_t)(p & 4095);
    slot = (uint32_t)((uint64_t)offset * c->reciprocal >> 32);
    if (slot >= c->count)
        return false;
    out->bit = (size_t)place->word * 64 + slot;
    out->lo = p - offset + (uintptr_t)slot * c->size;
    out->hi = out->lo + c->extent;
    out->start = out->lo == p;
    out->large = false;
    return true;
}

#endif
