/* SPDX-License-Identifier: MIT
 * sample.c: a binary heap, the smallest sample at its top: that one goes first. */
#include "run/sample.h"

#include "base/lock.h"
#include "base/mem.h"

static struct lgc_lock lock = LGC_LOCK_INIT(LGC_RANK_SAMPLE);
static struct lgc_sample *heap;
static size_t count, room;
static uint64_t evicted;

static bool less(const struct lgc_sample *a, const struct lgc_sample *b)
{
    return a->bytes != b->bytes ? a->bytes < b->bytes : a->time_ns < b->time_ns;
}

static void swap(struct lgc_sample *a, struct lgc_sample *b)
{
    struct lgc_sample was = *a;

    *a = *b;
    *b = was;
}

static void sift_up(size_t at)
{
    for (; at > 0 && less(&heap[at], &heap[(at - 1) / 2]); at = (at - 1) / 2)
        swap(&heap[at], &heap[(at - 1) / 2]);
}

static void sift_down(struct lgc_sample *h, size_t n, size_t at)
{
    for (;;) {
        size_t least = at, child = 2 * at + 1;

        for (size_t c = child; c < child + 2 && c < n; c++)
            least = less(&h[c], &h[least]) ? c : least;
        if (least == at)
            return;
        swap(&h[at], &h[least]);
        at = least;
    }
}

static void replace(size_t at, const struct lgc_sample *s)
{
    heap[at] = *s;
    sift_down(heap, count, at);
    sift_up(at);
}

static bool append(const struct lgc_sample *s)
{
    struct lgc_sample *grown = lgc_mem_grow(heap, &room, count + 1, sizeof *grown);

    if (grown == NULL)
        return false;
    heap = grown;
    heap[count++] = *s;
    sift_up(count - 1);
    return true;
}

static bool add(const struct lgc_sample *s, size_t most)
{
    for (size_t i = 0; i < count; i++)
        if (heap[i].site == s->site) {
            replace(i, s);
            return true;
        }
    if (count < most)
        return append(s);
    evicted++;
    if (count > 0 && less(&heap[0], s))
        replace(0, s);
    return true;
}

bool lgc_sample_add(const struct lgc_sample *sample, size_t most)
{
    bool added;

    lgc_lock(&lock);
    added = add(sample, most);
    lgc_unlock(&lock);
    return added;
}

/* A heap that gives up its smallest again and again is sorted from its end. */
size_t lgc_sample_top(struct lgc_sample *out, size_t n)
{
    struct lgc_sample *copy = NULL;
    size_t all, size;

    lgc_lock(&lock);
    all = count;
    size = all * sizeof *copy;
    if (all > 0 && (copy = lgc_mem_map(size)) != NULL)
        for (size_t i = 0; i < all; i++)
            copy[i] = heap[i];
    lgc_unlock(&lock);
    if (copy == NULL)
        return 0;
    for (size_t left = all; left > 1; left--) {
        swap(&copy[0], &copy[left - 1]);
        sift_down(copy, left - 1, 0);
    }
    n = n < all ? n : all;
    for (size_t i = 0; i < n; i++)
        out[i] = copy[i];
    lgc_mem_unmap(copy, size);
    return n;
}

size_t lgc_sample_count(void) { return count; }
uint64_t lgc_sample_evicted(void) { return evicted; }

void lgc_sample_fork_enter(void) { lgc_lock(&lock); }
void lgc_sample_fork_leave(void) { lgc_unlock(&lock); }
void lgc_sample_fork_child(void) { lgc_lock_reset(&lock); }
