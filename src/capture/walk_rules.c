/* SPDX-License-Identifier: MIT
 * walk_rules.c: captures a stack with one remembered rule per return address,
 * and notes what it read on the way. */
#include <stddef.h>

#include "base/attr.h"
#include "capture/rule.h"
#include "capture/walk.h"
#include "world/module.h"

enum { NOT_SAVED = -1 };

struct walk {
    uintptr_t pc, sp, rbp;
    uintptr_t start;             /* sp at first                              */
    long rbp_at;                 /* word that rbp was read from, or NOT_SAVED */
    struct lgc_memo_trail *trail;
};

/* The word's distance from the first sp, if a trail can say it. */
static long distance(struct walk *w, uintptr_t address)
{
    uintptr_t words = (address - w->start) / sizeof(uintptr_t);

    if (address < w->start || words >= LGC_MEMO_SPAN) {
        w->trail->complete = false;
        return 0;
    }
    return (long)words;
}

/* A frame is found through rbp: its value matters, wherever it came from. */
static void rbp_matters(struct walk *w)
{
    struct lgc_memo_trail *t = w->trail;

    if (w->rbp_at == NOT_SAVED) {
        t->rbp = true;
    } else if (t->nsaved == LGC_MEMO_SAVED) {
        t->complete = false;
    } else {
        t->saved[t->nsaved].at = (uint16_t)w->rbp_at;
        t->saved[t->nsaved++].value = w->rbp;
    }
}

/* Moves on to the caller.  False: no frame grows upwards, ask libgcc. */
LGC_INLINE bool step(struct walk *w, struct lgc_cfi_rule rule)
{
    uintptr_t cfa = (rule.from_rbp ? w->rbp : w->sp) + (uintptr_t)(intptr_t)rule.cfa_offset;
    struct lgc_memo_trail *t = w->trail;

    if (cfa <= w->sp || (cfa & 7) != 0)
        return false;
    if (rule.from_rbp)
        rbp_matters(w);
    w->pc = *(uintptr_t *)(cfa - 8);
    if (t->nframes == LGC_MEMO_FRAMES)
        t->complete = false;
    else
        t->frame[t->nframes++] = (uint16_t)distance(w, cfa - 8);
    if (rule.rbp_offset != 0) {
        uintptr_t at = cfa + (uintptr_t)(intptr_t)rule.rbp_offset;

        w->rbp = *(uintptr_t *)at;
        w->rbp_at = distance(w, at);
    }
    w->sp = cfa;
    return true;
}

int lgc_walk_rules(const struct lgc_caller *caller, uintptr_t *pc, unsigned max,
                   struct lgc_memo_trail *trail)
{
    struct walk w = { caller->pc, caller->sp, caller->rbp, caller->sp, NOT_SAVED, trail };
    unsigned n = 0;

    trail->complete = true;
    trail->rbp = false;
    trail->nframes = trail->nsaved = 0;
    for (;;) {
        struct lgc_cfi_rule rule;

        if (w.pc == 0)
            return (int)n;
        if (lgc_module_is_ours(w.pc))
            trail->complete = false; /* a site has no such frames */
        else
            pc[n++] = w.pc;
        if (n == max)
            return (int)n;
        /* Behind a call, which may be the last instruction of its function. */
        rule = lgc_rule_of(w.pc - 1);
        if (rule.kind == LGC_CFI_LAST)
            return (int)n;
        if (rule.kind != LGC_CFI_PLAIN || !step(&w, rule))
            return -1;
    }
}
