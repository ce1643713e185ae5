/* SPDX-License-Identifier: MIT
 * walk_rules.c: captures a stack with one remembered rule per return address. */
#include "base/attr.h"
#include "capture/rule.h"
#include "capture/walk.h"
#include "world/module.h"

/* Where this function was called from, as it runs: its own frame comes first
 * and is unwound by its own rule, like any other. */
struct place { uintptr_t pc, sp, rbp; };

static inline __attribute__((always_inline)) struct place here(void)
{
    struct place p;

    __asm__ volatile("lea 0(%%rip), %0\n\tmov %%rsp, %1\n\tmov %%rbp, %2"
                     : "=r"(p.pc), "=r"(p.sp), "=r"(p.rbp));
    return p;
}

/* Moves on to the caller.  False: this was the last frame. */
LGC_INLINE bool step(struct place *p, struct lgc_cfi_rule rule)
{
    uintptr_t cfa = (rule.from_rbp ? p->rbp : p->sp) + (uintptr_t)(intptr_t)rule.cfa_offset;

    if (cfa <= p->sp || (cfa & 7) != 0)
        return false; /* no frame grows upwards: give it to libgcc */
    p->pc = *(uintptr_t *)(cfa - 8);
    if (rule.rbp_offset != 0)
        p->rbp = *(uintptr_t *)(cfa + (uintptr_t)(intptr_t)rule.rbp_offset);
    p->sp = cfa;
    return true;
}

LGC_NOINLINE int lgc_walk_rules(uintptr_t *pc, unsigned max)
{
    struct place p = here();
    unsigned n = 0;
    /* The first address is the instruction itself, the others are behind a
     * call, which may be the last instruction of its function. */
    struct lgc_cfi_rule rule = lgc_rule_of(p.pc);

    for (;;) {
        if (rule.kind == LGC_CFI_LAST)
            return (int)n;
        if (rule.kind != LGC_CFI_PLAIN || !step(&p, rule))
            return -1;
        if (p.pc == 0)
            return (int)n;
        if (!lgc_module_is_ours(p.pc)) {
            pc[n++] = p.pc;
            if (n == max)
                return (int)n;
        }
        rule = lgc_rule_of(p.pc - 1);
    }
}
