/* SPDX-License-Identifier: MIT
 * frames.c: unwinds another thread's stack without running on it. */
#include "capture/frames.h"

#include "capture/rule.h"

struct place { uintptr_t pc, sp, rbp; };

/* Moves on to the caller; false: there is none, or it cannot be told. */
static bool step(struct place *p, lgc_rule rule, uintptr_t end)
{
    uintptr_t cfa = (lgc_rule_from_rbp(rule) ? p->rbp : p->sp) + lgc_rule_cfa(rule);
    uintptr_t saved = cfa - lgc_rule_rbp_below(rule);

    if (cfa <= p->sp || cfa > end || (cfa & 7) != 0 || saved < p->sp)
        return false;
    if (lgc_rule_rbp_below(rule) != 0)
        p->rbp = *(const uintptr_t *)saved;
    p->pc = *(const uintptr_t *)(cfa - 8);
    p->sp = cfa;
    return true;
}

unsigned lgc_frames_walk(uintptr_t pc, bool exact, uintptr_t sp, uintptr_t rbp, uintptr_t end,
                         struct lgc_frames_frame *out, unsigned max)
{
    struct place p = { pc, sp, rbp };
    unsigned n = 0;

    while (n < max && p.pc != 0 && p.sp < end && end - p.sp > 8) {
        lgc_rule rule = lgc_rule_of(exact ? p.pc : p.pc - 1);

        out[n] = (struct lgc_frames_frame){ p.sp, end, p.pc, exact };
        if (lgc_rule_kind(rule) != LGC_CFI_PLAIN || !step(&p, rule, end))
            return n + 1; /* the last one that is known: the rest is its */
        out[n++].hi = p.sp;
        exact = false;
    }
    return n;
}
