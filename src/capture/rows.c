/* SPDX-License-Identifier: MIT
 * rows.c: a table of a few functions, which only grows, up to a bound.
 *
 * What two threads make of the same function at the same time is the same;
 * one of both is found.  What was forgotten stays where it is: a reader may be
 * in it. */
#include "capture/rows.h"

#include <atomic_ops.h>

#include "base/mem.h"

enum { BITS = 8, PROBES = 8, LATELY = 64, MOST_BYTES = 1 << 20 };

static AO_t table[1 << BITS];    /* struct lgc_rows *                        */
static AO_t lately[LATELY];      /* entries that were asked for              */
static AO_t bytes;

static size_t hash(const void *record, unsigned bits)
{
    return ((uintptr_t)record * 0x9e3779b97f4a7c15u) >> (64 - bits);
}

static AO_t *place(const void *record, unsigned probe)
{
    return &table[(hash(record, BITS) + probe) % (1 << BITS)];
}

const struct lgc_rows *lgc_rows_find(const void *record)
{
    for (unsigned i = 0; i < PROBES; i++) {
        const struct lgc_rows *r = (const void *)AO_load_acquire(place(record, i));

        if (r != NULL && r->record == record)
            return r;
    }
    return NULL;
}

bool lgc_rows_again(const void *record)
{
    AO_t *last = &lately[hash(record, 6)];

    if (AO_load(last) == (AO_t)record)
        return AO_load(&bytes) < MOST_BYTES;
    AO_store(last, (AO_t)record);
    return false;
}

struct lgc_rows *lgc_rows_new(const void *record, uintptr_t function, size_t n)
{
    size_t size = sizeof(struct lgc_rows) + n * sizeof(struct lgc_rows_row);
    struct lgc_rows *r = size < MOST_BYTES ? lgc_mem_alloc(size) : NULL;

    if (r == NULL)
        return NULL;
    AO_fetch_and_add(&bytes, size);
    r->record = record;
    r->function = function;
    r->n = n;
    return r;
}

/* Without a place it is not found again, and takes part of the bound. */
void lgc_rows_keep(struct lgc_rows *rows)
{
    for (unsigned i = 0; i < PROBES; i++)
        if (AO_compare_and_swap_full(place(rows->record, i), 0, (AO_t)rows))
            return;
}

struct lgc_cfi_rule lgc_rows_at(const struct lgc_rows *rows, uint32_t into)
{
    size_t lo = 0, hi = rows->n;

    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;

        if (rows->row[mid].from <= into)
            lo = mid;
        else
            hi = mid;
    }
    return rows->row[lo].rule;
}

void lgc_rows_forget(uintptr_t lo, uintptr_t hi)
{
    for (size_t i = 0; i < 1 << BITS; i++) {
        const struct lgc_rows *r = (const void *)AO_load_acquire(&table[i]);

        if (r != NULL && r->function >= lo && r->function < hi)
            AO_store_release(&table[i], 0);
    }
    for (size_t i = 0; i < LATELY; i++)
        AO_store(&lately[i], 0);
}
