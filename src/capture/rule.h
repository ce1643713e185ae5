/* SPDX-License-Identifier: MIT
 * rule.h: remembers the unwind rule of every code address that was met.
 *
 * Looking up takes no lock.  Callable in malloc and in signal handlers. */
#ifndef LGC_CAPTURE_RULE_H
#define LGC_CAPTURE_RULE_H

#include <atomic_ops.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "capture/cfi.h"

/* A rule in one word:
 *
 *   63          37 36        17 16         5  4    3        2..1  0
 *   pc - function  cfa / 8      -(rbp) / 8    ours from_rbp kind  there
 *
 * ours: the code is this library's.  What does not fit is LGC_CFI_UNKNOWN. */
typedef AO_t lgc_rule;

LGC_INLINE unsigned lgc_rule_kind(lgc_rule r) { return r >> 1 & 3; }
LGC_INLINE bool lgc_rule_from_rbp(lgc_rule r) { return r >> 3 & 1; }
LGC_INLINE bool lgc_rule_ours(lgc_rule r) { return r >> 4 & 1; }
/* How far below the CFA the caller's rbp was saved; 0: it was not. */
LGC_INLINE uintptr_t lgc_rule_rbp_below(lgc_rule r) { return (r >> 5 & 0xfff) << 3; }
LGC_INLINE uintptr_t lgc_rule_cfa(lgc_rule r) { return (r >> 17 & 0xfffff) << 3; }

struct lgc_rule_slot { AO_t key; lgc_rule rule; };
struct lgc_rule_table {
    unsigned shift;
    size_t mask;
    struct lgc_rule_table *older;
    struct lgc_rule_slot slot[];
};
extern AO_t lgc_rule_table;

/* As lgc_rule_of, for what is not at its first place. */
lgc_rule lgc_rule_search(uintptr_t pc);

LGC_INLINE size_t lgc_rule_place(const struct lgc_rule_table *t, uintptr_t pc)
{
    return (pc * 0x9e3779b97f4a7c15u) >> t->shift;
}

/* The rule for the instruction at pc; without memory for the table the
 * call-frame information is asked each time. */
LGC_INLINE lgc_rule lgc_rule_of(uintptr_t pc)
{
    struct lgc_rule_table *t = (struct lgc_rule_table *)AO_load_acquire(&lgc_rule_table);

    if (LGC_LIKELY(t != NULL)) {
        const struct lgc_rule_slot *s = &t->slot[lgc_rule_place(t, pc)];

        if (LGC_LIKELY(AO_load_acquire(&s->key) == pc)) {
            lgc_rule r = AO_load_acquire(&s->rule);

            if (LGC_LIKELY(r & 1))
                return r;
        }
    }
    return lgc_rule_search(pc);
}

/* The code in [lo, hi) was unloaded. */
void lgc_rule_forget(uintptr_t lo, uintptr_t hi);

#endif
