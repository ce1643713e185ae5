/* SPDX-License-Identifier: MIT
 * memo.c: a small two-way table per thread, keyed by pc and sp. */
#include "capture/memo.h"

#include <atomic_ops.h>
#include <string.h>

#include "base/lock.h"
#include "base/mem.h"
#include "capture/path.h"
#include "world/thread.h"

LGC_TLS struct lgc_memo *lgc_memo_mine;
unsigned lgc_memo_epoch = 2;

static unsigned hidden;          /* 1: every memo's epoch is odd             */
static LGC_TLS bool retired;
static AO_t made;
static struct lgc_memo *unused;  /* under lgc_site_lock                      */

extern void *__libc_stack_end;

/* The first thread's: the kernel leaves a gap of 128 MiB below its beginning. */
enum { FIRST_STACK = 8 << 20 };

static void note_own_stack(struct lgc_shadow *s)
{
    const struct lgc_thread *t = lgc_thread_self();

    s->own_hi = t->is_main ? (uintptr_t)__libc_stack_end : t->stack_hi;
    s->own_lo = t->is_main ? s->own_hi - FIRST_STACK : t->stack_lo;
}

static struct lgc_memo *claim(void)
{
    struct lgc_memo *m;

    if (retired)
        return NULL;
    lgc_lock(&lgc_site_lock);
    m = unused;
    if (m != NULL)
        unused = m->next;
    lgc_unlock(&lgc_site_lock);
    if (m == NULL && (m = lgc_mem_alloc(sizeof *m)) != NULL)
        AO_fetch_and_add1(&made);
    if (m != NULL)
        note_own_stack(&m->shadow);
    lgc_memo_mine = m;
    return m;
}

void lgc_memo_retire(void)
{
    struct lgc_memo *m = lgc_memo_mine;

    retired = true;
    lgc_memo_mine = NULL;
    if (m == NULL)
        return;
    lgc_lock(&lgc_site_lock);
    m->next = unused;
    unused = m;
    lgc_unlock(&lgc_site_lock);
}

unsigned lgc_memo_count(void) { return (unsigned)AO_load(&made); }
void lgc_memo_forget_all(void) { AO_int_fetch_and_add_full(&lgc_memo_epoch, 2); }
void lgc_memo_hide(bool on) { hidden = on; }

/* A free entry has a pc that no code has. */
static void clear(struct lgc_memo *m, unsigned epoch)
{
    for (int s = 0; s < 1 << LGC_MEMO_BITS; s++)
        for (int way = 0; way < LGC_MEMO_WAYS; way++)
            m->set[s][way].site = 0, m->set[s][way].pc = 0;
    m->shadow.n = 0;
    m->epoch = epoch;
}

struct lgc_memo *lgc_memo_renew(void)
{
    struct lgc_memo *m = lgc_memo_mine != NULL ? lgc_memo_mine : claim();
    unsigned epoch = AO_int_load_acquire(&lgc_memo_epoch) | hidden;

    if (m != NULL && m->epoch != epoch)
        clear(m, epoch);
    return m;
}

/* The checks of frame `index`, in the order of unwinding and filled up to a
 * multiple of 4 with the last one.  False: too many, or too far away. */
static bool note_checks(struct lgc_memo_entry *e, const struct lgc_shadow *s, unsigned index)
{
    unsigned n = s->frame[index].nchecks;
    uintptr_t sp = s->frame[index].sp;

    if (n > LGC_MEMO_CHECKS)
        return false;
    e->nchecks = 0;
    for (unsigned i = 0; i < n; i++) {
        const struct lgc_shadow_check *c = &s->check[n - 1 - i];
        uintptr_t words = (c->at - sp) / sizeof(uintptr_t);

        if (words > UINT16_MAX)
            return false;
        e->at[i] = (uint16_t)words;
        e->value[i] = c->value;
    }
    for (; n % 4 != 0; n++) {
        e->at[n] = e->at[n - 1];
        e->value[n] = e->value[n - 1];
    }
    e->nchecks = n;
    return true;
}

void lgc_memo_add(struct lgc_memo *m, unsigned index, uint32_t site)
{
    const struct lgc_shadow_frame *f = &m->shadow.frame[index];
    struct lgc_memo_entry *e = &m->set[lgc_memo_set(f->pc, f->sp)][m->turn++ % LGC_MEMO_WAYS];

    e->pc = 0;
    if (!note_checks(e, &m->shadow, index))
        return;
    e->pc = f->pc;
    e->sp = f->sp;
    e->rbp = f->rbp;
    e->rbp_mask = f->rbp_matters ? ~(uintptr_t)0 : 0;
    e->site = site;
}
