/* SPDX-License-Identifier: MIT
 * clique.c: direct and indirect, by two walks over the lost objects.
 *
 * The first walk orders them by the time at which a depth-first search leaves
 * them; the second takes them in the reverse of that order and floods from
 * each that was not reached yet.  If u reaches v but v does not reach u, some
 * object from which u and v are reached is left after v; so whatever is still
 * unreached at its turn belongs to a cycle (or is an object) that nothing
 * outside holds, and it is the first of it: a head.  (The order is that of
 * S. R. Kosaraju's algorithm for strongly connected components, in Aho,
 * Hopcroft, Ullman, Data Structures and Algorithms, 1983, section 6.7.)
 */
#include "find/clique.h"

#include "base/mem.h"
#include "capture/site.h"
#include "heap/heap.h"

/* An entry whose contents are being read, and how far. */
struct step { uint32_t index; uintptr_t at, end; };

struct walk {
    struct lgc_scan *scan;
    struct step *stack;
    size_t depth, capacity;
    bool *seen;
    bool failed;
};

struct lgc_entry *lgc_clique_entry(struct lgc_scan *scan, const struct lgc_block *block,
                                   uintptr_t address)
{
    size_t lo = block->lost_first, end = lo + block->lost_count, hi = end;

    if (block->lost_count == 0 || end > scan->count)
        return NULL;
    while (lo < hi) { /* in a block they are in address order */
        size_t mid = lo + (hi - lo) / 2;

        if (scan->entry[mid].address < address)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < end && scan->entry[lo].address == address ? &scan->entry[lo] : NULL;
}

static void enter(struct walk *w, uint32_t index)
{
    struct step *grown = lgc_mem_grow(w->stack, &w->capacity, w->depth + 1, sizeof *grown);
    uintptr_t at;

    w->seen[index] = true;
    if (grown == NULL) {
        w->failed = true;
        return;
    }
    w->stack = grown;
    at = w->scan->entry[index].address;
    w->stack[w->depth].index = index;
    w->stack[w->depth].at = (at + 7) & ~(uintptr_t)7;
    w->stack[w->depth++].end = at + lgc_heap_usable((void *)at); /* as the marker reads it */
}

/* The next entry, not seen yet, that the innermost one points to; or -1. */
static long next_unseen(struct walk *w)
{
    struct step *s = &w->stack[w->depth - 1];

    while (s->at + sizeof(void *) <= s->end) {
        const void *p = *(void **)s->at;
        struct lgc_object o;
        struct lgc_entry *to;

        s->at += sizeof(void *);
        if (!lgc_heap_find(p, false, &o))
            continue;
        to = lgc_clique_entry(w->scan, o.block, o.address);
        if (to != NULL && !w->seen[to - w->scan->entry])
            return to - w->scan->entry;
    }
    return -1;
}

/* Depth first from `index`; `order` gets what is left, in that order. */
static size_t leave_order(struct walk *w, uint32_t index, uint32_t *order, size_t n)
{
    enter(w, index);
    while (w->depth > 0) {
        long to = next_unseen(w);

        if (to >= 0)
            enter(w, (uint32_t)to);
        else
            order[n++] = w->stack[--w->depth].index;
    }
    return n;
}

/* Everything reached from the head that no head before it reached. */
static void flood(struct walk *w, uint32_t head)
{
    struct lgc_entry *h = &w->scan->entry[head];

    enter(w, head);
    while (w->depth > 0) {
        long to = next_unseen(w);

        if (to < 0) {
            w->depth--;
            continue;
        }
        w->scan->entry[to].kind = LGC_KIND_INDIRECT;
        w->scan->entry[to].head = head;
        h->held.bytes += w->scan->entry[to].size;
        h->held.objects++;
        enter(w, (uint32_t)to);
    }
}

/* The entries with older sites first: of a cycle the object that was there
 * first (a container, before its nodes) makes the most telling head. */
static uint32_t *by_age(const struct lgc_scan *scan)
{
    size_t sites = lgc_site_limit() + 2ul;
    uint32_t *sorted = lgc_mem_map(scan->count * sizeof *sorted + 1);
    uint32_t *at = lgc_mem_map(sites * sizeof *at);

    for (size_t i = 0; sorted != NULL && at != NULL && i < scan->count; i++)
        at[scan->entry[i].origin.site + 1]++;
    for (size_t s = 1; at != NULL && s < sites; s++)
        at[s] += at[s - 1];
    for (size_t i = 0; sorted != NULL && i < scan->count; i++)
        sorted[at != NULL ? at[scan->entry[i].origin.site]++ : i] = (uint32_t)i;
    lgc_mem_unmap(at, sites * sizeof *at);
    return sorted;
}

bool lgc_clique_classify(struct lgc_scan *scan)
{
    size_t n = scan->count, left = 0;
    uint32_t *order = lgc_mem_map(n * sizeof *order + 1), *start = by_age(scan);
    struct walk first = { .scan = scan, .seen = lgc_mem_map(n + 1) };
    struct walk second = { .scan = scan, .seen = lgc_mem_map(n + 1) };
    bool ok = order != NULL && start != NULL && first.seen != NULL && second.seen != NULL;

    for (size_t i = 0; ok && i < n; i++) /* of a cycle the oldest is left last */
        if (!first.seen[start[i]])
            left = leave_order(&first, start[i], order, left);
    while (left-- > 0)
        if (!second.seen[order[left]])
            flood(&second, order[left]);
    ok = ok && !first.failed && !second.failed;
    lgc_mem_unmap(order, n * sizeof *order + 1);
    lgc_mem_unmap(start, n * sizeof *start + 1);
    lgc_mem_unmap(first.seen, n + 1);
    lgc_mem_unmap(second.seen, n + 1);
    lgc_mem_unmap(first.stack, first.capacity * sizeof *first.stack);
    lgc_mem_unmap(second.stack, second.capacity * sizeof *second.stack);
    return ok;
}
