/* SPDX-License-Identifier: MIT
 * clique.c: direct and indirect, by walking the lost objects from each head. */
#include "find/clique.h"

#include "base/mem.h"
#include "heap/heap.h"

struct work {
    uint32_t *index; /* entries whose contents are still to be read */
    size_t count, capacity;
    bool failed;
};

static void push(struct work *w, uint32_t i)
{
    uint32_t *grown = lgc_mem_grow(w->index, &w->capacity, w->count + 1, sizeof *grown);

    if (grown == NULL) {
        w->failed = true;
        return;
    }
    w->index = grown;
    w->index[w->count++] = i;
}

struct lgc_entry *lgc_clique_entry(struct lgc_scan *scan, const struct lgc_block *block,
                                   uintptr_t address)
{
    size_t lo = block->lost_first, hi = lo + block->lost_count;

    if (block->lost_count == 0)
        return NULL;
    while (lo < hi && lo < scan->count) { /* in a block they are in address order */
        size_t mid = lo + (hi - lo) / 2;

        if (mid < scan->count && scan->entry[mid].address < address)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < scan->count && lo < (size_t)block->lost_first + block->lost_count &&
                   scan->entry[lo].address == address
               ? &scan->entry[lo]
               : NULL;
}

static void give(struct lgc_entry *head, struct lgc_entry *e)
{
    head->held.bytes += e->size + e->held.bytes;
    head->held.objects += 1 + e->held.objects;
    e->held.bytes = e->held.objects = 0;
    e->kind = LGC_KIND_INDIRECT;
}

/* `p` was found inside an object that hangs on `head`. */
static void follow(struct lgc_scan *scan, struct work *w, uint32_t head, const bool *seen,
                   const void *p)
{
    struct lgc_object o;
    struct lgc_entry *e;
    uint32_t i;

    if (!lgc_heap_find(p, false, &o))
        return;
    e = lgc_clique_entry(scan, o.block, o.address);
    if (e == NULL)
        return;
    i = (uint32_t)(e - scan->entry);
    if (i == head || e->kind == LGC_KIND_INDIRECT)
        return;
    /* A head of before brings its whole clique, which was walked already. */
    give(&scan->entry[head], e);
    e->head = head;
    if (!seen[i])
        push(w, i);
}

static void walk(struct lgc_scan *scan, struct work *w, uint32_t head, bool *seen)
{
    push(w, head);
    while (w->count > 0) {
        uint32_t i = w->index[--w->count];
        const struct lgc_entry *e = &scan->entry[i];
        uintptr_t at = (e->address + 7) & ~(uintptr_t)7, end = e->address + e->size;

        seen[i] = true;
        for (; at + sizeof(void *) <= end; at += sizeof(void *))
            follow(scan, w, head, seen, *(void **)at);
    }
}

/* A head may have been demoted later, and its new head again: find the last
 * one, and let the whole chain point there. */
static void settle_heads(struct lgc_scan *scan)
{
    for (size_t i = 0; i < scan->count; i++) {
        uint32_t last = (uint32_t)i, at = (uint32_t)i;

        while (scan->entry[last].head != last)
            last = scan->entry[last].head;
        while (at != last) {
            uint32_t next = scan->entry[at].head;

            scan->entry[at].head = last;
            at = next;
        }
    }
}

bool lgc_clique_classify(struct lgc_scan *scan)
{
    struct work w = { NULL, 0, 0, false };
    bool *seen;

    if (scan->count == 0)
        return true;
    seen = lgc_mem_map(scan->count * sizeof *seen);
    if (seen == NULL)
        return false;
    for (size_t i = 0; i < scan->count; i++)
        if (scan->entry[i].kind == LGC_KIND_DIRECT && !seen[i])
            walk(scan, &w, (uint32_t)i, seen);
    settle_heads(scan);
    lgc_mem_unmap(seen, scan->count * sizeof *seen);
    lgc_mem_unmap(w.index, w.capacity * sizeof *w.index);
    return !w.failed;
}
