/* SPDX-License-Identifier: MIT
 * path.c: makes the paths, and the index of those that their lists do not hold.
 *
 * Readers take no lock.  An index that is half full is replaced by one of
 * twice the size; the old one stays for readers that are still in it
 * (together less than the new one).
 */
#include "capture/path.h"

#include "base/mem.h"
#include "capture/fold.h"
#include "world/module.h"

enum { FIRST_BITS = 8, LIST = 4 };

/* Open addressing by (callers, frame). */
struct index { unsigned shift; size_t mask; unsigned slot[]; };

struct lgc_lock lgc_site_lock = LGC_LOCK_INIT(LGC_RANK_SITE);

static struct lgc_path first_piece[LGC_PATH_PIECE];
struct lgc_path *lgc_path_piece[LGC_PATH_PIECES] = { first_piece };

static size_t max_paths;
static AO_t count;
static AO_t current;             /* struct index *                           */
static size_t indexed;           /* paths in it, under lgc_site_lock         */

void lgc_path_init(size_t max)
{
    size_t most = (size_t)LGC_PATH_PIECE * LGC_PATH_PIECES / 2;

    max_paths = max < most ? max : most;
}

uint32_t lgc_path_count(void) { return (uint32_t)AO_load_acquire(&count); }

static size_t slot_of(const struct index *x, uint32_t callers, uint64_t frame)
{
    return (frame * 0x9e3779b97f4a7c15u + callers * 0xd6e8feb86659fd93u) >> x->shift;
}

uint32_t lgc_path_search_index(uint32_t callers, uint64_t frame)
{
    const struct index *x = (const void *)AO_load_acquire(&current);

    for (size_t i = slot_of(x, callers, frame);; i = (i + 1) & x->mask) {
        uint32_t id = AO_int_load_acquire(&x->slot[i]);
        const struct lgc_path *p = lgc_path_at(id & ~LGC_PATH_ALIAS);

        if (id == 0)
            return 0;
        if (p->frame == frame && p->callers == callers)
            return id & LGC_PATH_ALIAS ? p->generation : id;
    }
}

static void insert(struct index *x, uint32_t id)
{
    const struct lgc_path *p = lgc_path_at(id & ~LGC_PATH_ALIAS);
    size_t i = slot_of(x, p->callers, p->frame & ~LGC_PATH_CLOSED);

    while (x->slot[i] != 0)
        i = (i + 1) & x->mask;
    AO_int_store_release(&x->slot[i], id);
}

/* The caller holds lgc_site_lock.  The index to insert into, or NULL. */
static struct index *room(void)
{
    struct index *x = (struct index *)AO_load(&current), *bigger;
    unsigned bits = x == NULL ? FIRST_BITS : 65 - x->shift;

    if (x != NULL && 2 * (indexed + 1) <= x->mask)
        return x;
    bigger = lgc_mem_map(sizeof *bigger + (sizeof bigger->slot[0] << bits));
    if (bigger == NULL)
        return x != NULL && indexed + 1 < x->mask ? x : NULL;
    bigger->shift = 64 - bits;
    bigger->mask = ((size_t)1 << bits) - 1;
    for (size_t i = 0; x != NULL && i <= x->mask; i++)
        if (x->slot[i] != 0)
            insert(bigger, x->slot[i]);
    AO_store_release(&current, (AO_t)bigger);
    return bigger;
}

/* The link that a new path below `callers` is put into; NULL: its list is as
 * long as it gets. */
static unsigned *end_of_list(uint32_t callers, unsigned **last)
{
    unsigned *link = &lgc_path_at(callers)->first;

    for (int i = 0; i < LIST; i++, link = &lgc_path_at(*link & ~LGC_PATH_ALIAS)->next)
        if (*link == 0)
            return link;
    *last = link;
    return NULL;
}

/* A new path; or, if `alias` is not 0, what stands for that one.  The caller
 * holds lgc_site_lock. */
static uint32_t add(uint32_t callers, uint64_t frame, uint32_t alias, bool last_resort)
{
    size_t id = AO_load(&count) + 1, limit = max_paths + (last_resort ? LGC_PATH_RESERVE(max_paths) : 0);
    struct lgc_path *p, **piece = &lgc_path_piece[id / LGC_PATH_PIECE];
    unsigned *last = NULL, *link = end_of_list(callers, &last);
    unsigned flag = alias != 0 ? LGC_PATH_ALIAS : 0;
    struct index *x = NULL;

    if (id > limit || (link == NULL && (x = room()) == NULL))
        return 0;
    if (*piece == NULL && (*piece = lgc_mem_map(LGC_PATH_PIECE * sizeof *p)) == NULL)
        return 0;
    p = lgc_path_at((uint32_t)id);
    p->frame = frame;
    p->callers = callers;
    p->generation = alias != 0 ? alias : lgc_module_generation();
    AO_store_release(&count, id);
    if (link != NULL) {
        AO_int_store_release(link, (unsigned)id | flag);
    } else {
        insert(x, (uint32_t)id | flag);
        indexed++;
        AO_int_store_release(last, LGC_PATH_IN_INDEX);
    }
    return (uint32_t)id;
}

uint32_t lgc_path_add(uint32_t callers, uint64_t frame, bool last_resort)
{
    uint32_t id = lgc_path_find(callers, frame);

    return id != 0 ? id : add(callers, frame, 0, last_resort);
}

uint32_t lgc_path_make(uint32_t callers, uint64_t frame, bool last_resort)
{
    uint32_t id;

    lgc_lock(&lgc_site_lock);
    id = lgc_path_find(callers, frame);
    if (id == 0 && !lgc_fold(callers, frame, last_resort, &id))
        id = add(callers, frame, 0, last_resort);
    else if (id != 0 && lgc_path_find(callers, frame) == 0)
        add(callers, frame, id, last_resort); /* else it is folded each time */
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
