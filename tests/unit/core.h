/* SPDX-License-Identifier: MIT
 * core.h: what the tests of the core share: a started heap, a check of it, chance.
 *
 * The malloc of these programs is libc's: what lgc_heap_alloc gives is the
 * whole of the heap that a check sees. */
#ifndef TESTS_UNIT_CORE_H
#define TESTS_UNIT_CORE_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "capture/site.h"
#include "find/scan.h"
#include "find/snapshot.h"
#include "heap/block.h"
#include "heap/gcheap.h"
#include "heap/heap.h"
#include "heap/pagemap.h"
#include "world/module.h"
#include "world/root.h"
#include "world/stop.h"
#include "world/thread.h"

/* As run/life.c does, without leak finding. */
static inline void start_heap(bool origins)
{
    lgc_block_record_origins(origins);
    lgc_gcheap_init(lgc_stop_signal(), lgc_stop_spare_signal());
}

/* As run/life.c does with it; `sites` is what one may intern. */
static inline void start_world(size_t sites)
{
    lgc_module_refresh();
    lgc_root_learn_loader();
    lgc_site_init(sites, SIZE_MAX);
    start_heap(true);
    lgc_stop_init();
    lgc_thread_self();
}

static inline void run_scan(void *scan) { lgc_scan_run(scan); }

/* A check of the heap; scan->roots and scan->kinds are set.  False: a thread
 * did not answer, or something was missed for lack of memory. */
static inline bool check_heap(struct lgc_scan *scan)
{
    struct lgc_snapshot snapshot = { .timeout_ns = 20000000000u };
    struct lgc_stopped self;
    sigset_t all, before;
    uintptr_t sp;
    int result;

    LGC_STOP_SPILL(sp);
    lgc_stop_here(&self, sp, NULL);
    scan->self = &self;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    result = lgc_snapshot_run(&snapshot, run_scan, scan);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    scan->self = NULL;
    return result == 0 && snapshot.silent == 0 && scan->complete;
}

/* Blocks' objects without their records. */
static inline unsigned take_objects(unsigned class, void **object, unsigned want)
{
    struct lgc_free taken[64];
    unsigned n = 0;

    while (n < want) {
        unsigned some = lgc_block_take(NULL, class, taken, want - n < 64 ? want - n : 64);

        for (unsigned i = 0; i < some; i++)
            object[n++] = taken[i].object;
        if (some == 0)
            break;
    }
    return n;
}

static inline void give_objects(void *const *object, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        lgc_block_give(&(struct lgc_free){ object[i], NULL }, 1);
}

/* A cache's object. */
static inline void *get_object(struct lgc_cache *c, unsigned class)
{
    struct lgc_free *f = lgc_cache_get(c, class);

    return f == NULL ? NULL : f->object;
}

static inline void put_object(struct lgc_cache *c, unsigned class, void *object)
{
    const struct lgc_block *b = lgc_pagemap_of(object);

    lgc_cache_put(c, class, object, lgc_block_info(b, lgc_block_slot_of(b, object)));
}

/* splitmix64 (public domain): the same numbers in every run. */
static inline uint64_t chance(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline bool all_bytes(const void *p, unsigned char value, size_t size)
{
    const unsigned char *c = p;

    for (size_t i = 0; i < size; i++)
        if (c[i] != value)
            return false;
    return true;
}

#endif
