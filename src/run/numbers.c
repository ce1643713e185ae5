/* SPDX-License-Identifier: MIT
 * numbers.c: adds up what threads, heap and tables count. */
#include "run/numbers.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "heap/cache.h"
#include "heap/gcheap.h"
#include "heap/gcpool.h"
#include "heap/large.h"

static int64_t wall_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static uint64_t resident_bytes(void)
{
    char buf[128];
    uint64_t pages = 0;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/thread-self/statm", O_RDONLY | O_CLOEXEC, 0);
    long n = fd < 0 ? 0 : syscall(SYS_read, fd, buf, sizeof buf - 1);
    const char *s = buf;

    if (fd >= 0)
        syscall(SYS_close, fd);
    buf[n > 0 ? n : 0] = '\0';
    s += strcspn(s, " ");
    for (s += *s == ' '; *s >= '0' && *s <= '9'; s++)
        pages = pages * 10 + (uint64_t)(*s - '0');
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

void lgc_numbers_heap(struct leaksgc_heap *out)
{
    struct lgc_count allocated, freed;
    uint64_t held, unused;

    lgc_cache_totals(&allocated, &freed);
    lgc_gcheap_footprint(&held, &unused);
    out->time_ns = wall_ns();
    out->process_bytes = resident_bytes();
    out->allocated_bytes = allocated.bytes;
    out->freed_bytes = freed.bytes;
    out->live_bytes = allocated.bytes - freed.bytes;
    out->unused_bytes = held > out->live_bytes ? held - out->live_bytes : 0;
    out->largest_bytes = lgc_cache_largest();
}

/* What libgc was given of its pool is of our own mappings. */
static uint64_t system_bytes(void)
{
    return lgc_gcheap_obtained() + lgc_mem_total() - lgc_gcpool_used();
}

void lgc_numbers_fill(struct leaksgc_result *r)
{
    struct lgc_count allocated, freed;
    uint64_t held, unused;

    lgc_cache_totals(&allocated, &freed);
    lgc_gcheap_footprint(&held, &unused);
    unused += lgc_block_wholly_free() + lgc_large_kept();
    r->alloc = r->heap_alloc = allocated.bytes - freed.bytes;
    r->total_alloc = allocated.bytes;
    r->sys = system_bytes();
    r->mallocs = allocated.objects;
    r->frees = freed.objects;
    r->heap_sys = held;
    r->heap_idle = unused < held ? unused : held; /* both change meanwhile */
    r->heap_inuse = held - r->heap_idle;
    r->heap_released = lgc_gcheap_returned();
}
