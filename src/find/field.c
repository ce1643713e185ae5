/* SPDX-License-Identifier: MIT
 * field.c: numbers the blocks and enters their pages. */
#include "find/field.h"

#include <string.h>

#include "base/mem.h"
#include "heap/heap.h"

struct lgc_field lgc_field;
struct lgc_place *lgc_field_leaf[LGC_PAGEMAP_LEAVES];

enum { LEAF_BYTES = LGC_PAGEMAP_PAGES * sizeof(struct lgc_place) };

static void fill_classes(void)
{
    for (unsigned i = 0; i < LGC_SIZECLASS_COUNT; i++) {
        struct lgc_field_class *c = &lgc_field.class[i];
        bool medium = i >= LGC_SIZECLASS_SMALL;

        c->size = lgc_sizeclass_size[i];
        c->count = (medium ? (uint32_t)LGC_SIZECLASS_SLAB : 4096u) / c->size;
        /* Exact for 16-bit offsets: the error stays below 1/size. */
        c->reciprocal = (uint32_t)(((1ull << 32) + c->size - 1) / c->size);
        c->extent = c->size - (medium ? (uint32_t)lgc_heap_gap : 0);
    }
}

static bool enter(uintptr_t page, struct lgc_place place)
{
    struct lgc_place **leaf = &lgc_field_leaf[page >> 30];

    if (*leaf == NULL && (*leaf = lgc_mem_map(LEAF_BYTES)) == NULL)
        return false;
    (*leaf)[(page >> 12) & (LGC_PAGEMAP_PAGES - 1)] = place;
    return true;
}

static bool enter_large(const struct lgc_block *b, uint32_t word)
{
    struct lgc_field_large *grown =
        lgc_mem_grow(lgc_field.large, &lgc_field.large_room, lgc_field.nlarge + 1, sizeof *grown);
    struct lgc_place place = { (uint32_t)lgc_field.nlarge, LGC_PLACE_LARGE, 0, 0 };

    if (grown == NULL)
        return false;
    lgc_field.large = grown;
    grown[lgc_field.nlarge++] = (struct lgc_field_large){ b->base, b->base + b->held, b->user, word };
    for (uintptr_t p = b->base; p < b->base + b->held; p += 4096)
        if (!enter(p, place))
            return false;
    return true;
}

static bool enter_block(const struct lgc_block *b, uint32_t word)
{
    struct lgc_place place = { word, (uint8_t)(b->class + 1), 0, 0 };

    if (lgc_block_is_large(b)) /* a free one is kept by whoever serves the next */
        return lgc_block_state(b, 0) != LGC_INFO_USED || enter_large(b, word);
    for (uintptr_t p = b->base; p < b->base + lgc_block_bytes(b); p += 4096, place.page++)
        if (!enter(p, place))
            return false;
    return true;
}

static uintptr_t end_of(const struct lgc_block *b)
{
    return b->base + (lgc_block_is_large(b) ? b->held : lgc_block_bytes(b));
}

static bool count_blocks(void)
{
    for (const struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all)
        lgc_field.room += b->count > 0;
    lgc_field.block = lgc_mem_map((lgc_field.room + 1) * sizeof *lgc_field.block);
    lgc_field.word = lgc_mem_map((lgc_field.room + 1) * sizeof *lgc_field.word);
    return lgc_field.block != NULL && lgc_field.word != NULL;
}

bool lgc_field_make(void)
{
    bool ok;

    lgc_field_free();
    fill_classes();
    lgc_field.lo = UINTPTR_MAX;
    ok = count_blocks();
    for (struct lgc_block *b = lgc_block_first(); ok && b != NULL; b = b->next_all) {
        if (b->count == 0)
            continue;
        lgc_field.lo = b->base < lgc_field.lo ? b->base : lgc_field.lo;
        lgc_field.hi = end_of(b) > lgc_field.hi ? end_of(b) : lgc_field.hi;
        ok = lgc_field.words <= UINT32_MAX && enter_block(b, (uint32_t)lgc_field.words);
        lgc_field.block[lgc_field.blocks] = b;
        lgc_field.word[lgc_field.blocks++] = (uint32_t)lgc_field.words;
        lgc_field.words += (b->count + 63u) / 64;
    }
    if (lgc_field.lo > lgc_field.hi)
        lgc_field.lo = lgc_field.hi;
    if (!ok)
        lgc_field_free();
    return ok;
}

void lgc_field_free(void)
{
    for (uintptr_t i = lgc_field.lo >> 30; lgc_field.hi != 0 && i <= (lgc_field.hi - 1) >> 30; i++) {
        lgc_mem_unmap(lgc_field_leaf[i], LEAF_BYTES);
        lgc_field_leaf[i] = NULL;
    }
    lgc_mem_unmap(lgc_field.block, (lgc_field.room + 1) * sizeof *lgc_field.block);
    lgc_mem_unmap(lgc_field.word, (lgc_field.room + 1) * sizeof *lgc_field.word);
    lgc_mem_unmap(lgc_field.large, lgc_field.large_room * sizeof *lgc_field.large);
    memset(&lgc_field, 0, sizeof lgc_field);
}
