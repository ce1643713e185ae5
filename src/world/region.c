/* SPDX-License-Identifier: MIT
 * region.c: a sorted array of disjoint mappings, and a list of root regions. */
#include "world/region.h"

#include <string.h>

#include "base/mem.h"

struct lgc_lock lgc_region_lock = LGC_LOCK_INIT(LGC_RANK_REGION);

struct range { uintptr_t lo, hi; };

static struct range *mapped;     /* sorted, disjoint, not touching           */
static size_t nmapped, mapped_capacity, lost;
static struct range *root;
static size_t nroots, root_capacity;

/* The first mapping that ends at or after `a`. */
static size_t first_ending(uintptr_t a)
{
    size_t lo = 0, hi = nmapped;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (mapped[mid].hi < a)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Replaces `out` entries from `at` on by `in` given ones. */
static bool splice(size_t at, size_t out, const struct range *with, size_t in)
{
    struct range *grown = lgc_mem_grow(mapped, &mapped_capacity, nmapped + in, sizeof *mapped);

    if (grown == NULL) {
        lost++;
        return false;
    }
    mapped = grown;
    memmove(mapped + at + in, mapped + at + out, (nmapped - at - out) * sizeof *mapped);
    for (size_t i = 0; i < in; i++)
        mapped[at + i] = with[i];
    nmapped = nmapped - out + in;
    return true;
}

void lgc_region_mapped(uintptr_t lo, uintptr_t hi)
{
    struct range joined = { lo, hi };
    size_t at, end;

    lgc_lock(&lgc_region_lock);
    at = end = first_ending(lo);
    while (end < nmapped && mapped[end].lo <= hi) {
        joined.lo = mapped[end].lo < joined.lo ? mapped[end].lo : joined.lo;
        joined.hi = mapped[end].hi > joined.hi ? mapped[end].hi : joined.hi;
        end++;
    }
    splice(at, end - at, &joined, 1);
    lgc_unlock(&lgc_region_lock);
}

void lgc_region_unmapped(uintptr_t lo, uintptr_t hi)
{
    struct range rest[2];
    size_t at, end, n = 0;

    lgc_lock(&lgc_region_lock);
    at = first_ending(lo + 1);
    for (end = at; end < nmapped && mapped[end].lo < hi; end++) {
        if (mapped[end].lo < lo)
            rest[n++] = (struct range){ mapped[end].lo, lo };
        if (mapped[end].hi > hi)
            rest[n++] = (struct range){ hi, mapped[end].hi };
    }
    if (end > at)
        splice(at, end - at, rest, n);
    lgc_unlock(&lgc_region_lock);
}

bool lgc_region_is_mapped(uintptr_t address)
{
    bool found;
    size_t i;

    lgc_lock(&lgc_region_lock);
    i = first_ending(address + 1);
    found = i < nmapped && mapped[i].lo <= address;
    lgc_unlock(&lgc_region_lock);
    return found;
}

void lgc_region_each_mapped(void (*each)(uintptr_t lo, uintptr_t hi, void *arg), void *arg)
{
    for (size_t i = 0; i < nmapped; i++)
        each(mapped[i].lo, mapped[i].hi, arg);
}

bool lgc_region_add_root(uintptr_t lo, uintptr_t hi)
{
    struct range *grown;

    lgc_lock(&lgc_region_lock);
    grown = lgc_mem_grow(root, &root_capacity, nroots + 1, sizeof *root);
    if (grown != NULL) {
        root = grown;
        root[nroots++] = (struct range){ lo, hi };
    }
    lgc_unlock(&lgc_region_lock);
    return grown != NULL;
}

bool lgc_region_remove_root(uintptr_t lo, uintptr_t hi)
{
    bool found = false;

    lgc_lock(&lgc_region_lock);
    for (size_t i = 0; i < nroots && !found; i++) {
        if (root[i].lo == lo && root[i].hi == hi) {
            root[i] = root[--nroots];
            found = true;
        }
    }
    lgc_unlock(&lgc_region_lock);
    return found;
}

void lgc_region_each_root(void (*each)(uintptr_t lo, uintptr_t hi, void *arg), void *arg)
{
    for (size_t i = 0; i < nroots; i++)
        each(root[i].lo, root[i].hi, arg);
}

size_t lgc_region_lost(void) { return lost; }
