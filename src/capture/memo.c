/* SPDX-License-Identifier: MIT
 * memo.c: a small two-way table per thread, keyed by pc and sp. */
#include "capture/memo.h"

#include <atomic_ops.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/lock.h"
#include "base/mem.h"
#include "capture/site.h"

enum { SETS = 64, WAYS = 2 };

struct entry {
    struct lgc_caller caller;
    uint32_t site;               /* 0: free                                  */
    struct lgc_memo_trail trail;
};

struct memo {
    struct entry set[SETS][WAYS];
    unsigned epoch;              /* of the code it was made for              */
    struct memo *next;           /* of those without a thread                */
};

static LGC_TLS struct memo *mine;
static LGC_TLS bool retired;
static struct memo *unused;      /* under lgc_site_lock                      */
static unsigned epoch = 1;

static struct memo *claim(void)
{
    struct memo *m;

    if (retired)
        return NULL;
    lgc_lock(&lgc_site_lock);
    m = unused;
    if (m != NULL)
        unused = m->next;
    lgc_unlock(&lgc_site_lock);
    mine = m != NULL ? m : lgc_mem_alloc(sizeof *m);
    return mine;
}

void lgc_memo_retire(void)
{
    struct memo *m = mine;

    retired = true;
    mine = NULL;
    if (m == NULL)
        return;
    lgc_lock(&lgc_site_lock);
    m->next = unused;
    unused = m;
    lgc_unlock(&lgc_site_lock);
}

void lgc_memo_forget_all(void) { AO_int_fetch_and_add_full(&epoch, 1); }

static struct entry *set_of(struct memo *m, const struct lgc_caller *c)
{
    uintptr_t h = (c->pc ^ c->sp >> 4) * 0x9e3779b97f4a7c15u;

    return m->set[h >> 58]; /* 64 sets */
}

/* Compares from the inside out: where a slot lies depends only on slots below
 * it, so that each one read is known to be part of the stack by then. */
static bool unchanged(const struct entry *e, const struct lgc_caller *c)
{
    const uintptr_t *stack = (const uintptr_t *)c->sp;
    const void *const *pc = lgc_site_at(e->site)->stack.pc + 1;
    const struct lgc_memo_trail *t = &e->trail;
    unsigned saved = 0;

    if (t->rbp && e->caller.rbp != c->rbp)
        return false;
    for (unsigned i = 0; i < t->nframes; i++) {
        for (; saved < t->nsaved && t->saved[saved].at < t->frame[i]; saved++)
            if (stack[t->saved[saved].at] != t->saved[saved].value)
                return false;
        if (stack[t->frame[i]] != (uintptr_t)pc[i])
            return false;
    }
    return saved == t->nsaved;
}

uint32_t lgc_memo_find(const struct lgc_caller *c)
{
    struct memo *m = mine;
    struct entry *e;

    if (LGC_UNLIKELY(m == NULL || m->epoch != AO_int_load_acquire(&epoch)))
        return 0;
    e = set_of(m, c);
    for (int way = 0; way < WAYS; way++, e++)
        if (e->caller.pc == c->pc && e->caller.sp == c->sp && e->site != 0 && unchanged(e, c))
            return e->site;
    return 0;
}

static void clear(struct memo *m)
{
    for (int s = 0; s < SETS; s++)
        for (int way = 0; way < WAYS; way++)
            m->set[s][way].site = 0;
    m->epoch = AO_int_load_acquire(&epoch);
}

void lgc_memo_add(const struct lgc_caller *c, const struct lgc_memo_trail *trail, uint32_t site)
{
    struct memo *m = mine != NULL ? mine : claim();
    struct entry *e;

    if (m == NULL || !trail->complete)
        return;
    if (m->epoch != AO_int_load_acquire(&epoch))
        clear(m);
    e = set_of(m, c);
    if (e[0].site != 0) /* the newer one first, the older one second */
        e[1] = e[0];
    e[0].caller = *c;
    e[0].site = site;
    e[0].trail = *trail;
}
