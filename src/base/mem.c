/* SPDX-License-Identifier: MIT
 * mem.c: memory for our own tables, and the list of what is ours. */
#include "base/mem.h"

#include <atomic_ops.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/lock.h"

enum { PAGE = 4096, CHUNK = 1 << 20, OWN_MAX = 16384 };

struct lgc_lock lgc_mem_lock = LGC_LOCK_INIT(LGC_RANK_MEM);

static char *chunk;
static size_t chunk_left;
static AO_t total, unmapped;
static unsigned fail_after;

/* Ranges that are ours; an entry of size 0 is free for the next one. */
static struct { uintptr_t lo, hi; } own[OWN_MAX] LGC_ALIGNED(LGC_PAGE);
static AO_t own_count;

static size_t whole_pages(size_t size) { return (size + PAGE - 1) & ~(size_t)(PAGE - 1); }

/* The caller holds lgc_mem_lock. */
static void own_add(uintptr_t lo, uintptr_t hi)
{
    size_t i;

    for (i = 0; i < own_count; i++)
        if (own[i].lo == own[i].hi || (own[i].lo <= lo && lo <= own[i].hi))
            break;
    if (i == OWN_MAX)
        return; /* the range may then be read as a root: harmless but for time */
    if (i < own_count && own[i].lo != own[i].hi) {
        if (own[i].hi < hi)
            own[i].hi = hi;
        return;
    }
    own[i].lo = lo;
    own[i].hi = hi;
    if (i == own_count)
        own_count++;
}

/* The caller holds lgc_mem_lock. */
static void own_remove(uintptr_t lo, uintptr_t hi)
{
    for (size_t i = 0; i < own_count; i++) {
        if (own[i].hi <= lo || own[i].lo >= hi)
            continue;
        if (own[i].lo < lo && own[i].hi > hi) {
            uintptr_t end = own[i].hi;

            own[i].hi = lo;
            own_add(hi, end);
        } else if (own[i].lo < lo) {
            own[i].hi = lo;
        } else if (own[i].hi > hi) {
            own[i].lo = hi;
        } else {
            own[i].lo = own[i].hi = 0;
        }
    }
}

/* The caller holds lgc_mem_lock.  The raw system call: our own mmap is an
 * exported function that would take this for the program's memory. */
static void *map_locked(size_t size, int sharing)
{
    long p;
    int saved = errno;

    if (fail_after != 0 && --fail_after == 0) {
        fail_after = 1;
        return NULL;
    }
    p = syscall(SYS_mmap, NULL, size, PROT_READ | PROT_WRITE,
                sharing | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0L);
    errno = saved;
    if (p == -1)
        return NULL;
    own_add((uintptr_t)p, (uintptr_t)p + size);
    AO_fetch_and_add(&total, size);
    return (void *)p;
}

static void *map(size_t size, int sharing)
{
    void *p;

    lgc_lock(&lgc_mem_lock);
    p = map_locked(whole_pages(size), sharing);
    lgc_unlock(&lgc_mem_lock);
    return p;
}

void *lgc_mem_map(size_t size) { return map(size, MAP_PRIVATE); }
void *lgc_mem_map_shared(size_t size) { return map(size, MAP_SHARED); }

void lgc_mem_unmap(void *p, size_t size)
{
    int saved = errno;

    if (p == NULL)
        return;
    size = whole_pages(size);
    lgc_lock(&lgc_mem_lock);
    own_remove((uintptr_t)p, (uintptr_t)p + size);
    lgc_unlock(&lgc_mem_lock);
    syscall(SYS_munmap, p, size);
    AO_fetch_and_add(&total, -(AO_t)size);
    AO_fetch_and_add1(&unmapped);
    errno = saved;
}

static void *cut(size_t size, size_t align)
{
    void *p = NULL;
    size_t skip;

    size = (size + align - 1) & ~(align - 1);
    if (size > CHUNK / 4)
        return lgc_mem_map(size);
    lgc_lock(&lgc_mem_lock);
    skip = -(uintptr_t)chunk & (align - 1);
    skip = skip < chunk_left ? skip : chunk_left;
    chunk += skip;
    chunk_left -= skip;
    if (chunk_left < size) {
        char *fresh = map_locked(CHUNK, MAP_PRIVATE);

        if (fresh != NULL) {
            chunk = fresh;
            chunk_left = CHUNK;
        }
    }
    if (chunk_left >= size) {
        p = chunk;
        chunk += size;
        chunk_left -= size;
    }
    lgc_unlock(&lgc_mem_lock);
    return p;
}

void *lgc_mem_alloc(size_t size) { return cut(size, 16); }
void *lgc_mem_alloc_lines(size_t size) { return cut(size, 64); }

void *lgc_mem_grow(void *table, size_t *capacity, size_t need, size_t entry)
{
    size_t now = *capacity, then = now ? now : PAGE / entry + 1;
    void *fresh;

    if (need <= now)
        return table;
    while (then < need)
        then *= 2;
    fresh = lgc_mem_map(then * entry);
    if (fresh == NULL)
        return NULL;
    if (table != NULL) {
        memcpy(fresh, table, now * entry);
        lgc_mem_unmap(table, now * entry);
    }
    *capacity = then;
    return fresh;
}

void lgc_mem_own(const void *p, size_t size)
{
    lgc_lock(&lgc_mem_lock);
    own_add((uintptr_t)p, (uintptr_t)p + size);
    lgc_unlock(&lgc_mem_lock);
}

void lgc_mem_disown(const void *p, size_t size)
{
    lgc_lock(&lgc_mem_lock);
    own_remove((uintptr_t)p, (uintptr_t)p + size);
    lgc_unlock(&lgc_mem_lock);
}

void lgc_mem_each_own(void (*each)(uintptr_t lo, uintptr_t hi, void *arg), void *arg)
{
    for (size_t i = 0; i < own_count; i++)
        if (own[i].lo != own[i].hi)
            each(own[i].lo, own[i].hi, arg);
}

size_t lgc_mem_unmaps(void) { return AO_load(&unmapped); }

size_t lgc_mem_total(void) { return AO_load(&total); }

void lgc_mem_fail_after(unsigned n) { fail_after = n; }
