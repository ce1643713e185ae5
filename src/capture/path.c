/* SPDX-License-Identifier: MIT
 * path.c: makes the paths, and the index that readers search without a lock.
 *
 * An index that is half full is replaced by one of twice the size; the old one
 * stays for readers that are still in it (together less than the new one).
 */
#include "capture/path.h"

#include "base/mem.h"
#include "world/module.h"

enum { FIRST_BITS = 10 };

struct lgc_lock lgc_site_lock = LGC_LOCK_INIT(LGC_RANK_SITE);
struct lgc_path *lgc_path_piece[LGC_PATH_PIECES];
AO_t lgc_path_index;

static size_t max_paths;
static AO_t count;

void lgc_path_init(size_t max)
{
    size_t most = (size_t)LGC_PATH_PIECE * LGC_PATH_PIECES / 2;

    max_paths = max < most ? max : most;
}

uint32_t lgc_path_count(void) { return (uint32_t)AO_load_acquire(&count); }

static void insert(struct lgc_path_index *x, uint32_t id)
{
    const struct lgc_path *p = lgc_path_at(id);
    size_t i = lgc_path_slot(x, p->callers, p->frame & ~LGC_PATH_CLOSED);

    while (x->slot[i] != 0)
        i = (i + 1) & x->mask;
    AO_int_store_release(&x->slot[i], id);
}

/* The caller holds lgc_site_lock.  The index to insert into, or NULL. */
static struct lgc_path_index *room(size_t paths)
{
    struct lgc_path_index *x = (void *)AO_load(&lgc_path_index), *bigger;
    unsigned bits = x == NULL ? FIRST_BITS : 65 - x->shift;

    if (x != NULL && 2 * (paths + 1) <= x->mask)
        return x;
    bigger = lgc_mem_map(sizeof *bigger + (sizeof bigger->slot[0] << bits));
    if (bigger == NULL)
        return x != NULL && paths + 1 < x->mask ? x : NULL;
    bigger->shift = 64 - bits;
    bigger->mask = ((size_t)1 << bits) - 1;
    for (uint32_t id = 1; id <= paths; id++)
        if (!(lgc_path_at(id)->frame & LGC_PATH_CLOSED))
            insert(bigger, id);
    AO_store_release(&lgc_path_index, (AO_t)bigger);
    return bigger;
}

/* The caller holds lgc_site_lock. */
static uint32_t add(uint32_t callers, uint64_t frame, bool last_resort)
{
    size_t id = AO_load(&count) + 1, limit = max_paths + (last_resort ? LGC_PATH_RESERVE(max_paths) : 0);
    struct lgc_path_index *x;
    struct lgc_path *p, **piece = &lgc_path_piece[id / LGC_PATH_PIECE];

    if (id > limit || (x = room(id - 1)) == NULL)
        return 0;
    if (*piece == NULL && (*piece = lgc_mem_map(LGC_PATH_PIECE * sizeof *p)) == NULL)
        return 0;
    p = lgc_path_at((uint32_t)id);
    p->frame = frame;
    p->callers = callers;
    p->generation = lgc_module_generation();
    AO_store_release(&count, id);
    insert(x, (uint32_t)id);
    return (uint32_t)id;
}

uint32_t lgc_path_push(uint32_t callers, uint64_t frame, bool last_resort)
{
    uint32_t id = lgc_path_find(callers, frame);

    if (LGC_LIKELY(id != 0))
        return id;
    lgc_lock(&lgc_site_lock);
    id = lgc_path_find(callers, frame);
    if (id == 0)
        id = add(callers, frame, last_resort);
    lgc_unlock(&lgc_site_lock);
    return id;
}

/* A closed frame equals no other: what is below it is not found any more. */
void lgc_path_close(uintptr_t lo, uintptr_t hi)
{
    lgc_lock(&lgc_site_lock);
    for (uint32_t id = 1; id <= lgc_path_count(); id++) {
        struct lgc_path *p = lgc_path_at(id);
        uint64_t pc = p->frame & LGC_PATH_PC;

        if (pc >= lo && pc < hi)
            p->frame |= LGC_PATH_CLOSED;
    }
    lgc_unlock(&lgc_site_lock);
}
