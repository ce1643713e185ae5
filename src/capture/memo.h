/* SPDX-License-Identifier: MIT
 * memo.h: the stacks that a thread has lately allocated from.
 *
 * Unwinding by rules depends on nothing but the caller's pc, sp and rbp, and
 * the stack slots that it reads.  An entry holds all of these that mattered:
 * if they still hold the same values, the stack is exactly the same one, and
 * its site is known without unwinding.
 *
 * Only its own thread touches a memo; not from signal handlers.
 */
#ifndef LGC_CAPTURE_MEMO_H
#define LGC_CAPTURE_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "capture/caller.h"
#include "capture/shadow.h"

enum { LGC_MEMO_BITS = 6, LGC_MEMO_WAYS = 2, LGC_MEMO_CHECKS = 64 };

/* The checks are in the order of unwinding: where a slot lies depends only on
 * the ones before it, so that each one read is part of the stack by then. */
struct lgc_memo_entry {
    uintptr_t pc, sp, rbp;
    uintptr_t rbp_mask;                 /* 0: the caller's rbp is no matter  */
    uint32_t site;                      /* 0: free                           */
    uint32_t nchecks;                   /* a multiple of 4                   */
    uint16_t at[LGC_MEMO_CHECKS];       /* words from sp                     */
    uintptr_t value[LGC_MEMO_CHECKS];
};

struct lgc_memo {
    struct lgc_memo_entry set[1 << LGC_MEMO_BITS][LGC_MEMO_WAYS];
    unsigned epoch;                     /* of the code it was made for       */
    unsigned turn;                      /* which way is replaced next        */
    uint32_t lately[1 << LGC_MEMO_BITS][2]; /* by set: what was seen last    */
    struct lgc_memo *next;              /* of those without a thread         */
    struct lgc_shadow *scratch;         /* of capture/verify.c               */
    struct lgc_shadow shadow;           /* of this thread's stack            */
};

extern LGC_HIDDEN LGC_TLS struct lgc_memo *lgc_memo_mine;
extern LGC_HIDDEN unsigned lgc_memo_epoch; /* even; a memo's is odd while it is hidden  */

LGC_INLINE size_t lgc_memo_set(uintptr_t pc, uintptr_t sp)
{
    return ((pc ^ sp >> 4) * 0x9e3779b97f4a7c15u) >> (64 - LGC_MEMO_BITS);
}

LGC_INLINE bool lgc_memo_holds(const struct lgc_memo_entry *e)
{
    const uintptr_t *stack = (const uintptr_t *)e->sp;

    for (unsigned i = 0; i < e->nchecks; i += 4)
        if (stack[e->at[i]] != e->value[i] || stack[e->at[i + 1]] != e->value[i + 1] ||
            stack[e->at[i + 2]] != e->value[i + 2] || stack[e->at[i + 3]] != e->value[i + 3])
            return false;
    return true;
}

/* As lgc_memo_find, in a memo that is valid. */
LGC_INLINE uint32_t lgc_memo_look(struct lgc_memo *m, const struct lgc_caller *c)
{
    const struct lgc_memo_entry *e = m->set[lgc_memo_set(c->pc, c->sp)];

    for (int way = 0; way < LGC_MEMO_WAYS; way++, e++)
        if (((e->pc ^ c->pc) | (e->sp ^ c->sp) | ((e->rbp ^ c->rbp) & e->rbp_mask)) == 0 &&
            LGC_LIKELY(lgc_memo_holds(e)))
            return e->site;
    return 0;
}

/* The site of the caller's stack, or 0: not known (then unwind). */
LGC_INLINE uint32_t lgc_memo_find(const struct lgc_caller *c)
{
    struct lgc_memo *m = lgc_memo_mine;

    if (LGC_UNLIKELY(m == NULL || m->epoch != *(volatile unsigned *)&lgc_memo_epoch))
        return 0;
    return lgc_memo_look(m, c);
}

/* As lgc_memo_own, when there is none or it is out of date. */
struct lgc_memo *lgc_memo_renew(void);

/* This thread's, made if need be and valid for the code of now; NULL: no
 * memory, or the thread ends. */
LGC_INLINE struct lgc_memo *lgc_memo_own(void)
{
    struct lgc_memo *m = lgc_memo_mine;

    return LGC_LIKELY(m != NULL && m->epoch == *(volatile unsigned *)&lgc_memo_epoch) ? m : lgc_memo_renew();
}

/* Remembers that the stack of frame `index` of m's shadow, which is the
 * caller's, is `site` (not 0).  One that is too long is not. */
void lgc_memo_add(struct lgc_memo *m, unsigned index, uint32_t site);

/* The same, if it is seen for the second time lately: what comes once may
 * never come again, as in a recursion. */
LGC_INLINE void lgc_memo_note(struct lgc_memo *m, unsigned index, uint32_t site)
{
    const struct lgc_shadow_frame *f = &m->shadow.frame[index];
    uint32_t *lately = m->lately[lgc_memo_set(f->pc, f->sp)], mix = (uint32_t)(f->digest >> 96);

    if (lately[0] == mix || lately[1] == mix) {
        lgc_memo_add(m, index, site);
    } else {
        lately[1] = lately[0];
        lately[0] = mix;
    }
}

/* How many have been made: as many as there were threads at one time that have
 * had their stacks walked. */
unsigned lgc_memo_count(void);

/* lgc_memo_find finds nothing from now on, lgc_memo_look does. */
void lgc_memo_hide(bool on);

/* Code was unloaded: every thread forgets everything. */
void lgc_memo_forget_all(void);

/* The thread ends; its memo serves another. */
void lgc_memo_retire(void);

#endif
