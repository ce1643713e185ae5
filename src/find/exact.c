/* SPDX-License-Identifier: MIT
 * exact.c: a trace of our own, with a bit per object numbered through all
 * blocks. */
#include "find/exact.h"

#include "base/mem.h"
#include "find/scan.h"
#include "find/trace.h"
#include "heap/heap.h"
#include "world/root.h"

static uint64_t *bits;
static size_t bits_size;
static bool failed;

static bool reach(const void *p, struct lgc_object *out)
{
    size_t i;
    uint64_t bit;

    if (!lgc_heap_find(p, true, out))
        return false;
    i = (size_t)out->block->exact_first + out->slot;
    bit = 1ull << (i % 64);
    if (bits[i / 64] & bit)
        return false;
    bits[i / 64] |= bit;
    return true;
}

static void read_ignored(struct lgc_trace *trace)
{
    for (struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all) {
        for (unsigned slot = 0; slot < b->count; slot++) {
            uintptr_t a = lgc_block_address(b, slot);

            if (lgc_scan_ignores(b, slot))
                lgc_trace_read(trace, (uintptr_t)&a, (uintptr_t)(&a + 1));
        }
    }
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
    struct lgc_trace trace = { .reach = reach };

    bits_size = (number_blocks() / 64 + 1) * sizeof *bits;
    bits = lgc_mem_map(bits_size);
    failed = bits == NULL;
    if (failed)
        return false;
    for (size_t i = 0; i < lgc_root_count(); i++)
        lgc_trace_read(&trace, lgc_root_at(i)->lo, lgc_root_at(i)->hi);
    read_ignored(&trace);
    failed = !lgc_trace_drain(&trace);
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
    bits = NULL;
}
