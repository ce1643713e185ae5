/* SPDX-License-Identifier: MIT
 * site.c: a hash table of stacks that readers search without a lock.
 *
 *   table ──> [ id | 0 | id | ... ]  open addressing, twice as many slots
 *   site[id] ──> struct lgc_site ──> pc[depth]
 *
 * A table that is half full is replaced by one of twice the size; the old one
 * stays for readers that are still in it (together less than the new one).
 */
#include "capture/site.h"

#include <atomic_ops.h>
#include <string.h>

#include "base/mem.h"
#include "world/module.h"

enum { FIRST_SLOTS = 4096 };

struct table { size_t slots; unsigned id[]; };

struct lgc_lock lgc_site_lock = LGC_LOCK_INIT(LGC_RANK_SITE);

static struct lgc_site **site; /* by id */
static size_t max_sites, count;
static AO_t table;
static AO_t refused;

void lgc_site_init(size_t max)
{
    max_sites = max;
    site = lgc_mem_map((max + 1) * sizeof *site);
}

/* FNV-1a over words, finished as in splitmix64 (both public domain). */
static uint64_t hash_of(const uintptr_t *pc, unsigned n)
{
    uint64_t h = 0xcbf29ce484222325u ^ n;

    for (unsigned i = 0; i < n; i++) {
        h = (h ^ pc[i]) * 0x100000001b3u;
        h ^= h >> 29;
    }
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    return h ^ (h >> 31);
}

static uint32_t lookup(const struct table *t, uint64_t hash, const uintptr_t *pc, unsigned n)
{
    if (t == NULL)
        return 0;
    for (size_t i = hash & (t->slots - 1);; i = (i + 1) & (t->slots - 1)) {
        uint32_t id = AO_int_load_acquire(&t->id[i]);
        const struct lgc_site *s;

        if (id == 0)
            return 0;
        s = site[id];
        if (s->hash == hash && s->stack.depth == n && !s->closed &&
            memcmp(s->stack.pc, pc, n * sizeof *pc) == 0)
            return id;
    }
}

static void insert(struct table *t, uint64_t hash, uint32_t id)
{
    size_t i = hash & (t->slots - 1);

    while (t->id[i] != 0)
        i = (i + 1) & (t->slots - 1);
    AO_int_store_release(&t->id[i], id);
}

/* The caller holds lgc_site_lock.  The table to insert into, or NULL. */
static struct table *room(void)
{
    struct table *t = (struct table *)AO_load(&table), *bigger;
    size_t slots = t == NULL ? FIRST_SLOTS : 2 * t->slots;

    if (t != NULL && 2 * (count + 1) <= t->slots)
        return t;
    bigger = lgc_mem_map(sizeof *bigger + slots * sizeof bigger->id[0]);
    if (bigger == NULL)
        return t != NULL && count + 1 < t->slots ? t : NULL;
    bigger->slots = slots;
    for (uint32_t id = 1; id <= count; id++)
        insert(bigger, site[id]->hash, id);
    AO_store_release(&table, (AO_t)bigger);
    return bigger;
}

/* The caller holds lgc_site_lock. */
static uint32_t add(uint64_t hash, const uintptr_t *pc, unsigned n, uint64_t exact)
{
    struct table *t;
    struct lgc_site *s;
    uintptr_t *copy;

    if (site == NULL || count >= max_sites || (t = room()) == NULL)
        return 0;
    s = lgc_mem_alloc(sizeof *s + n * sizeof *pc);
    if (s == NULL)
        return 0;
    copy = (uintptr_t *)(s + 1);
    memcpy(copy, pc, n * sizeof *pc);
    s->stack.id = (uint32_t)(count + 1);
    s->stack.depth = n;
    s->stack.pc = (const void *const *)copy;
    s->hash = hash;
    s->exact = exact;
    s->generation = lgc_module_generation();
    site[count + 1] = s;
    count++;
    insert(t, hash, s->stack.id);
    return s->stack.id;
}

uint32_t lgc_site_intern(const uintptr_t *pc, unsigned n, uint64_t exact)
{
    uint64_t hash = hash_of(pc, n);
    uint32_t id = lookup((struct table *)AO_load_acquire(&table), hash, pc, n);

    if (id != 0)
        return id;
    lgc_lock(&lgc_site_lock);
    id = lookup((struct table *)AO_load_acquire(&table), hash, pc, n);
    if (id == 0)
        id = add(hash, pc, n, exact);
    lgc_unlock(&lgc_site_lock);
    if (id == 0)
        AO_fetch_and_add1(&refused);
    return id;
}

const struct lgc_site *lgc_site_at(uint32_t id) { return id >= 1 && id <= count ? site[id] : NULL; }
uint32_t lgc_site_count(void) { return (uint32_t)count; }
uint64_t lgc_site_refused(void) { return AO_load(&refused); }

void lgc_site_close(uintptr_t lo, uintptr_t hi)
{
    lgc_lock(&lgc_site_lock);
    for (uint32_t id = 1; id <= count; id++)
        for (uint32_t i = 0; i < site[id]->stack.depth && !site[id]->closed; i++)
            if ((uintptr_t)site[id]->stack.pc[i] >= lo && (uintptr_t)site[id]->stack.pc[i] < hi)
                site[id]->closed = 1;
    lgc_unlock(&lgc_site_lock);
}
