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
#include "find/field.h"

/* An entry whose contents are being read, and how far. */
struct step { uint32_t index; uintptr_t at, end; };

struct walk {
    struct lgc_scan *scan;
    struct step *stack;
    size_t depth, capacity;
    bool *seen;
    bool failed;
};

/* ---- which entry an object has ------------------------------------------ */

static struct rank { uint64_t bits; size_t first; } *rank; /* by word of lgc_field */

static bool rank_entries(const struct lgc_scan *scan)
{
    rank = lgc_mem_map((lgc_field.words + 1) * sizeof *rank);
    for (size_t i = 0; rank != NULL && i < scan->count; i++) {
        struct lgc_spot s;

        if (!lgc_field_find(scan->entry[i].address, &s))
            continue;
        if (rank[s.bit / 64].bits == 0)
            rank[s.bit / 64].first = i;
        rank[s.bit / 64].bits |= 1ull << (s.bit % 64);
    }
    return rank != NULL;
}

static long entry_of(const struct lgc_spot *s)
{
    const struct rank *r = &rank[s->bit / 64];
    uint64_t bit = 1ull << (s->bit % 64);

    return (r->bits & bit) == 0 ? -1 : (long)r->first + __builtin_popcountll(r->bits & (bit - 1));
}

/* ---- walks --------------------------------------------------------------- */

static void enter(struct walk *w, uint32_t index)
{
    struct step *grown = lgc_mem_grow(w->stack, &w->capacity, w->depth + 1, sizeof *grown);
    struct lgc_spot s;

    w->seen[index] = true;
    if (grown == NULL) {
        w->failed = true;
        return;
    }
    w->stack = grown;
    if (lgc_field_find(w->scan->entry[index].address, &s))
        w->stack[w->depth++] = (struct step){ index, s.lo, s.hi }; /* as the marker reads it */
}

/* The next entry, not seen yet, that the innermost one points to; or -1. */
static long next_unseen(struct walk *w)
{
    struct step *s = &w->stack[w->depth - 1];

    while (s->at + sizeof(void *) <= s->end) {
        uintptr_t p = *(uintptr_t *)s->at;
        struct lgc_spot to;
        long index;

        s->at += sizeof(void *);
        if (!lgc_field_find(p, &to))
            continue;
        index = entry_of(&to);
        if (index >= 0 && !w->seen[index])
            return index;
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

static bool classify(struct lgc_scan *scan)
{
    size_t n = scan->count, left = 0;
    uint32_t *order = lgc_mem_map(n * sizeof *order + 1), *start = by_age(scan);
    struct walk first = { .scan = scan, .seen = lgc_mem_map(n + 1) };
    struct walk second = { .scan = scan, .seen = lgc_mem_map(n + 1) };
    bool ok = order != NULL && start != NULL && first.seen != NULL && second.seen != NULL;

    ok = ok && rank_entries(scan);
    for (size_t i = 0; ok && i < n; i++) /* of a cycle the oldest is left last */
        if (!first.seen[start[i]])
            left = leave_order(&first, start[i], order, left);
    while (left-- > 0)
        if (!second.seen[order[left]])
            flood(&second, order[left]);
    ok = ok && !first.failed && !second.failed;
    lgc_mem_unmap(rank, (lgc_field.words + 1) * sizeof *rank);
    rank = NULL;
    lgc_mem_unmap(order, n * sizeof *order + 1);
    lgc_mem_unmap(start, n * sizeof *start + 1);
    lgc_mem_unmap(first.seen, n + 1);
    lgc_mem_unmap(second.seen, n + 1);
    lgc_mem_unmap(first.stack, first.capacity * sizeof *first.stack);
    lgc_mem_unmap(second.stack, second.capacity * sizeof *second.stack);
    return ok;
}

bool lgc_clique_classify(struct lgc_scan *scan)
{
    return scan->count == 0 || classify(scan);
}
