/* SPDX-License-Identifier: MIT
 * exact.c: a trace of our own, with a bit per object numbered through all
 * blocks. */
#include "find/exact.h"

#include "base/mem.h"
#include "heap/heap.h"
#include "world/root.h"

static uint64_t *bits;
static size_t bits_size;
static uintptr_t *work; /* addresses of objects still to be read */
static size_t nwork, work_capacity;
static bool failed;

static bool test_and_set(const struct lgc_block *b, unsigned slot)
{
    size_t i = (size_t)b->exact_first + slot;
    uint64_t bit = 1ull << (i % 64);
    bool was = (bits[i / 64] & bit) != 0;

    bits[i / 64] |= bit;
    return was;
}

static void visit(const void *p)
{
    struct lgc_object o;
    uintptr_t *grown;

    if (!lgc_heap_find(p, true, &o) || test_and_set(o.block, o.slot))
        return;
    grown = lgc_mem_grow(work, &work_capacity, nwork + 1, sizeof *work);
    if (grown == NULL) {
        failed = true;
        return;
    }
    work = grown;
    work[nwork++] = o.address;
}

static void read_words(uintptr_t at, uintptr_t end)
{
    for (at = (at + 7) & ~(uintptr_t)7; at + sizeof(void *) <= end; at += sizeof(void *))
        visit(*(void **)at);
}

static void drain(void)
{
    while (nwork > 0) {
        uintptr_t a = work[--nwork];

        read_words(a, a + lgc_heap_usable((void *)a));
    }
}

static void visit_ignored(void)
{
    for (struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all)
        for (unsigned slot = 0; slot < b->count; slot++)
            if ((b->info[slot] & (LGC_INFO_STATE | LGC_INFO_IGNORED)) ==
                (LGC_INFO_USED | LGC_INFO_IGNORED))
                visit((void *)(b->class == LGC_SIZECLASS_LARGE
                                   ? b->user
                                   : b->base + (uintptr_t)slot * b->object_size));
}

static size_t number_blocks(void)
{
    size_t n = 0;

    for (struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all) {
        b->exact_first = (uint32_t)n;
        n += b->count;
    }
    return n;
}

bool lgc_exact_trace(void)
{
    bits_size = (number_blocks() / 64 + 1) * sizeof *bits;
    bits = lgc_mem_map(bits_size);
    failed = bits == NULL;
    if (failed)
        return false;
    for (size_t i = 0; i < lgc_root_count(); i++) {
        read_words(lgc_root_at(i)->lo, lgc_root_at(i)->hi);
        drain();
    }
    visit_ignored();
    drain();
    return !failed;
}

bool lgc_exact_reached(const struct lgc_block *b, unsigned slot)
{
    size_t i = (size_t)b->exact_first + slot;

    return failed || (bits[i / 64] >> (i % 64) & 1) != 0;
}

void lgc_exact_end(void)
{
    lgc_mem_unmap(bits, bits_size);
    lgc_mem_unmap(work, work_capacity * sizeof *work);
    bits = NULL;
    work = NULL;
    nwork = work_capacity = 0;
}
