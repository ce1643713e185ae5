/* SPDX-License-Identifier: MIT
 * trim.c: a sweep of libgc's without tracing: whatever is in a block that is
 * not wholly free gets its mark, and libgc takes the others.
 */
#include "heap/trim.h"

#include <stdint.h>
#include <time.h>

#include "base/lock.h"
#include "base/mask.h"
#include "heap/block.h"
#include "heap/gcheap.h"
#include "heap/large.h"

/* A sweep costs a few ns for every object there is: so it must yield as much
 * as the heap would grow by, and to be worth faults, a quarter of it.  Pages go
 * to the system no oftener than that they cost one part in REST of the program's
 * time, for it may soon want them again. */
enum { SPARE_LEAST = 1 << 20, RETURN_LEAST = 4 << 20, REST = 10 };

static uint64_t next_ns; /* not before; guarded by lgc_block_lock            */

/* Up to give_back: the caller holds lgc_block_lock. */

/* For each object of the small blocks that were given up. */
static void each_given(const struct lgc_block *given, void (*visit)(const void *object))
{
    for (; given != NULL; given = given->next_partial)
        for (size_t at = 0; !lgc_block_is_medium(given) &&
                            at + given->object_size <= lgc_block_bytes(given);
             at += given->object_size)
            visit((void *)(given->base + at));
}

/* libgc scans its own frames first, which are full of addresses: with a mark on
 * everything that reaches nothing. */
static void mark_all(void *given)
{
    each_given(given, lgc_gcheap_set_mark);
    for (struct lgc_block *b = lgc_block_first(); b != NULL; b = b->next_all) {
        if (b->count != 0 && (lgc_block_is_large(b) || lgc_block_is_medium(b)))
            lgc_gcheap_set_mark((void *)b->base);
        else
            for (unsigned slot = 0; slot < b->count; slot++)
                if (lgc_block_state(b, slot) != 0)
                    lgc_gcheap_set_mark((void *)(b->base + (uintptr_t)slot * b->object_size));
    }
}

static void clear_given(void *given) { each_given(given, lgc_gcheap_clear_mark); }

static void nothing(void *given) { (void)given; }

static void sweep(struct lgc_block *given)
{
    struct lgc_gcheap_hooks hooks = { mark_all, clear_given, nothing, given };

    lgc_gcheap_sweep(&hooks);
}

static void clean_run(uintptr_t lo, uintptr_t hi, size_t below)
{
    if (hi > lo && hi - lo < below)
        lgc_gcheap_return((void *)lo, hi - lo);
    else if (hi > lo)
        lgc_block_erase((void *)lo, hi - lo);
}

/* Runs of fewer bytes than `below` go to the system.  In the order of their
 * making neighbours mostly follow each other. */
static void clean_pages(const struct lgc_block *given, size_t below)
{
    uintptr_t lo = 0, hi = 0;

    for (const struct lgc_block *b = given; b != NULL; b = b->next_partial) {
        size_t bytes = lgc_block_bytes(b);

        if (b->base == hi) {
            hi += bytes;
        } else {
            clean_run(lo, hi, below);
            lo = b->base;
            hi = lo + bytes;
        }
    }
    clean_run(lo, hi, below);
}

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool give_back(size_t below)
{
    uint64_t begin = now_ns();
    struct lgc_block *given = lgc_block_give_up();
    bool kept = lgc_large_release_all();

    if (given == NULL)
        return kept;
    sweep(given);
    clean_pages(given, begin >= next_ns ? below : 0);
    next_ns = now_ns() + REST * (now_ns() - begin);
    return true;
}

bool lgc_trim_spare(size_t bytes)
{
    size_t free_bytes = lgc_block_wholly_free();

    if (free_bytes < SPARE_LEAST || free_bytes < lgc_gcheap_held() / 8)
        return lgc_large_release_all();
    return give_back(bytes);
}

bool lgc_trim_wanted(void)
{
    size_t free_bytes = lgc_block_wholly_free();

    return free_bytes >= RETURN_LEAST && free_bytes >= lgc_gcheap_held() / 4;
}

/* Signals are blocked under the lock only: whoever waits with all of them
 * blocked would stand in a check as one whose registers nobody sees. */
bool lgc_trim(bool when_due)
{
    bool any = false;
    uint64_t before;

    lgc_lock(&lgc_block_lock);
    before = lgc_mask_block();
    if (!when_due)
        next_ns = 0;
    if (!when_due || (lgc_trim_wanted() && now_ns() >= next_ns))
        any = give_back(SIZE_MAX);
    lgc_mask_restore(before);
    lgc_unlock(&lgc_block_lock);
    return any;
}
