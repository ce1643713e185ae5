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
#define LGC_RULE_FAR (((uintptr_t)1 << 27) - 1) /* as pc - function: not known */

LGC_INLINE unsigned lgc_rule_kind(lgc_rule r) { return r >> 1 & 3; }
LGC_INLINE bool lgc_rule_from_rbp(lgc_rule r) { return r >> 3 & 1; }
LGC_INLINE bool lgc_rule_ours(lgc_rule r) { return r >> 4 & 1; }
/* How far below the CFA the caller's rbp was saved; 0: it was not. */
LGC_INLINE uintptr_t lgc_rule_rbp_below(lgc_rule r) { return (r >> 5 & 0xfff) << 3; }
LGC_INLINE uintptr_t lgc_rule_cfa(lgc_rule r) { return (r >> 17 & 0xfffff) << 3; }

/* Where the function begins that pc, which has this rule, is in; pc itself if
 * that is not known. */
LGC_INLINE uintptr_t lgc_rule_function(lgc_rule r, uintptr_t pc)
{
    return r >> 37 == LGC_RULE_FAR ? pc : pc - (r >> 37);
}

struct lgc_rule_slot { AO_t key; lgc_rule rule; };
struct lgc_rule_table {
    unsigned shift;
    size_t mask;
    struct lgc_rule_table *older;
    struct lgc_rule_slot slot[];
};
extern LGC_HIDDEN AO_t lgc_rule_table;

LGC_INLINE struct lgc_rule_table *lgc_rule_table_now(void)
{
    return (struct lgc_rule_table *)AO_load_acquire(&lgc_rule_table);
}

LGC_INLINE size_t lgc_rule_place(const struct lgc_rule_table *t, uintptr_t pc)
{
    return (pc * 0x9e3779b97f4a7c15u) >> t->shift;
}

/* The rule for the instruction at pc if it is at its first place; else 0. */
LGC_INLINE lgc_rule lgc_rule_in(const struct lgc_rule_table *t, uintptr_t pc)
{
    const struct lgc_rule_slot *s;

    if (LGC_UNLIKELY(t == NULL))
        return 0;
    s = &t->slot[lgc_rule_place(t, pc)];
    return LGC_LIKELY(AO_load_acquire(&s->key) == pc) ? AO_load_acquire(&s->rule) : 0;
}

/* Wherever it is; not 0.  Without memory for the table the call-frame
 * information is asked each time. */
lgc_rule lgc_rule_search(uintptr_t pc);

LGC_INLINE lgc_rule lgc_rule_of(uintptr_t pc)
{
    lgc_rule r = lgc_rule_in(lgc_rule_table_now(), pc);

    return LGC_LIKELY(r != 0) ? r : lgc_rule_search(pc);
}

/* The code in [lo, hi) was unloaded. */
void lgc_rule_forget(uintptr_t lo, uintptr_t hi);

#endif
