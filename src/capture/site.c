/* SPDX-License-Identifier: MIT
 * site.c: which paths are stacks of allocations, and those as arrays.
 *
 *   made ──> [ site | NULL | site | ... ]  open addressing by id
 *               └─> struct lgc_site ──> pc[depth]
 */
#include "capture/site.h"

#include <atomic_ops.h>

#include "base/mem.h"
#include "capture/digest.h"
#include "capture/fold.h"

/* Stacks share most of their frames; with this many a stack the paths do not
 * run out before the stacks do, except where all are deep and different. */
enum { PATHS_PER_SITE = 8, FIRST_SLOTS = 256 };

static size_t max_sites, sites, fold_after;
static AO_t refused;

static struct lgc_site **made;   /* under lgc_site_lock                      */
static size_t slots, nmade;

void lgc_site_init(size_t max, size_t fold)
{
    max_sites = max;
    fold_after = fold < max / 2 ? fold : max / 2;
    if (fold == 0)
        lgc_fold_begin();
    lgc_digest_start();
    lgc_path_init(max < SIZE_MAX / PATHS_PER_SITE ? max * PATHS_PER_SITE : max);
}

static uint32_t use(uint32_t path, bool last_resort)
{
    size_t limit = max_sites + (last_resort ? LGC_PATH_RESERVE(max_sites) : 0);
    struct lgc_path *p = lgc_path_at(path);

    if (path == 0 || (p->generation & LGC_PATH_IS_STACK))
        return path;
    lgc_lock(&lgc_site_lock);
    if (!(p->generation & LGC_PATH_IS_STACK)) {
        if (sites < limit) {
            p->generation |= LGC_PATH_IS_STACK;
            if (++sites > fold_after)
                lgc_fold_begin();
        } else {
            path = 0;
        }
    }
    lgc_unlock(&lgc_site_lock);
    return path;
}

uint32_t lgc_site_make(uint32_t path) { return use(path, false); }

static uint32_t intern(uint32_t path, const uintptr_t *pc, unsigned n, uint64_t exact, bool last_resort)
{
    for (unsigned i = n; i-- > 0;) {
        uint64_t flag = i < 64 && (exact >> i & 1) ? LGC_PATH_EXACT : 0;

        path = lgc_path_push(path, (pc[i] & LGC_PATH_PC) | flag, last_resort);
        if (path == 0)
            return 0;
    }
    return use(path, last_resort);
}

static uint32_t shorten(const uintptr_t *pc, unsigned n, uint64_t exact)
{
    uint32_t root = lgc_path_push(0, LGC_PATH_SHORT, true), site = 0;

    AO_fetch_and_add1(&refused);
    if (root == 0)
        return 0;
    for (n = n < LGC_SITE_SHORT ? n : LGC_SITE_SHORT; n > 0 && site == 0; n /= 2)
        site = intern(root, pc, n, exact, true);
    return site;
}

uint32_t lgc_site_shorten(const uintptr_t *pc, unsigned n) { return shorten(pc, n, 0); }

uint32_t lgc_site_intern(const uintptr_t *pc, unsigned n, uint64_t exact)
{
    uint32_t site = intern(0, pc, n, exact, false);

    return site != 0 || n == 0 ? site : shorten(pc, n, exact);
}

/* The caller holds lgc_site_lock. */
static struct lgc_site *make(uint32_t id)
{
    const struct lgc_path *p;
    struct lgc_site *s;
    uintptr_t *pc;
    uint8_t *folded;
    uint32_t depth = 0;

    for (uint32_t i = id; i != 0; i = lgc_path_at(i)->callers)
        depth++;
    s = lgc_mem_alloc(sizeof *s + depth * (sizeof *pc + 1));
    if (s == NULL)
        return NULL;
    pc = (uintptr_t *)(s + 1);
    folded = (uint8_t *)(pc + depth);
    s->stack.id = id;
    s->stack.pc = (const void *const *)pc;
    s->generation = lgc_path_at(id)->generation & ~LGC_PATH_IS_STACK;
    for (uint32_t i = id; i != 0; i = p->callers) {
        p = lgc_path_at(i);
        if (p->frame & LGC_PATH_SHORT) {
            s->shortened = 1;
            continue;
        }
        if (p->frame & LGC_PATH_FOLD) { /* at most LGC_FOLD_PERIOD calls */
            folded[s->stack.depth - 1] = (uint8_t)(p->frame & LGC_PATH_PC);
            s->folded = folded;
            continue;
        }
        if ((p->frame & LGC_PATH_EXACT) && s->stack.depth < 64)
            s->exact |= (uint64_t)1 << s->stack.depth;
        pc[s->stack.depth++] = p->frame & LGC_PATH_PC;
    }
    return s;
}

static struct lgc_site **slot_of(struct lgc_site **table, size_t n, uint32_t id)
{
    size_t i = id * 0x9e3779b1u & (n - 1);

    while (table[i] != NULL && table[i]->stack.id != id)
        i = (i + 1) & (n - 1);
    return &table[i];
}

/* The caller holds lgc_site_lock.  Room for one more, or false. */
static bool grow(void)
{
    size_t n = slots == 0 ? FIRST_SLOTS : 2 * slots;
    struct lgc_site **bigger;

    if (2 * (nmade + 1) <= slots)
        return true;
    bigger = lgc_mem_map(n * sizeof(struct lgc_site *));
    if (bigger == NULL)
        return nmade + 1 < slots;
    for (size_t i = 0; i < slots; i++)
        if (made[i] != NULL)
            *slot_of(bigger, n, made[i]->stack.id) = made[i];
    if (made != NULL)
        lgc_mem_unmap(made, slots * sizeof(struct lgc_site *));
    made = bigger;
    slots = n;
    return true;
}

const struct lgc_site *lgc_site_at(uint32_t id)
{
    struct lgc_site *site = NULL, **slot;

    if (id == 0 || id > lgc_path_count() || !(lgc_path_at(id)->generation & LGC_PATH_IS_STACK))
        return NULL;
    lgc_lock(&lgc_site_lock);
    if (grow()) {
        slot = slot_of(made, slots, id);
        if (*slot == NULL && (*slot = make(id)) != NULL)
            nmade++;
        site = *slot;
    }
    lgc_unlock(&lgc_site_lock);
    return site;
}

size_t lgc_site_count(void) { return sites; } /* a moment ago is good enough */
uint32_t lgc_site_limit(void) { return lgc_path_count(); }
uint64_t lgc_site_refused(void) { return AO_load(&refused); }
