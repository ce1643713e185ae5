/* SPDX-License-Identifier: MIT
 * rule.c: a hash table from code address to rule that readers search without
 * a lock.
 *
 *   slot:  [ key: code address, 0 free ][ rule, bit 0 clear: not there yet ]
 *
 * A writer claims a free slot by its key; a reader that meets it before the
 * rule is there waits for nobody and asks the call-frame information itself.
 * A table with a full neighbourhood is followed by an empty one of four times
 * the size, which takes over what is asked for again from the older ones.
 */
#include "capture/rule.h"

#include "base/mem.h"
#include "capture/rows.h"
#include "world/module.h"

enum { FIRST_BITS = 10, LAST_BITS = 20, PROBES = 16 };

AO_t lgc_rule_table;

static lgc_rule pack(struct lgc_cfi_rule r, uintptr_t pc)
{
    lgc_rule plain = 1u | (lgc_rule)lgc_module_is_ours(pc) << 4;
    lgc_rule unknown = plain | (lgc_rule)LGC_CFI_UNKNOWN << 1 | (lgc_rule)LGC_RULE_FAR << 37;
    uintptr_t into = r.function != 0 ? pc - r.function : LGC_RULE_FAR;

    if (r.kind == LGC_CFI_PLAIN &&
        ((r.cfa_offset & 7) != 0 || r.cfa_offset >> 3 > 0xfffff || (r.rbp_offset & 7) != 0 ||
         -r.rbp_offset >> 3 > 0xfff))
        return unknown;
    if (r.kind != LGC_CFI_PLAIN)
        r.from_rbp = 0, r.rbp_offset = 0, r.cfa_offset = 0;
    return plain | (lgc_rule)r.kind << 1 | (lgc_rule)r.from_rbp << 3 |
           (lgc_rule)(-r.rbp_offset >> 3) << 5 | (lgc_rule)(r.cfa_offset >> 3) << 17 |
           (lgc_rule)(into < LGC_RULE_FAR ? into : LGC_RULE_FAR) << 37;
}

static lgc_rule ask(uintptr_t pc) { return pack(lgc_cfi_find(pc), pc); }

static size_t size_of(unsigned bits)
{
    return sizeof(struct lgc_rule_table) + (sizeof(struct lgc_rule_slot) << bits);
}

/* The table that follows t, which is NULL at first; NULL: no memory. */
static struct lgc_rule_table *follow(struct lgc_rule_table *t)
{
    unsigned bits = t == NULL ? FIRST_BITS : 64 - t->shift + 2;
    struct lgc_rule_table *fresh;

    if (bits > LAST_BITS)
        return NULL;
    fresh = lgc_mem_map(size_of(bits));
    if (fresh == NULL)
        return NULL;
    fresh->shift = 64 - bits;
    fresh->mask = ((size_t)1 << bits) - 1;
    fresh->older = t;
    if (AO_compare_and_swap_full(&lgc_rule_table, (AO_t)t, (AO_t)fresh))
        return fresh;
    lgc_mem_unmap(fresh, size_of(bits));
    return lgc_rule_table_now();
}

/* 0: not in this table; then *free is a slot for it, or NULL: it is full. */
static lgc_rule look(struct lgc_rule_table *t, uintptr_t pc, struct lgc_rule_slot **free)
{
    size_t at = lgc_rule_place(t, pc);

    *free = NULL;
    for (unsigned i = 0; i < PROBES; i++) {
        struct lgc_rule_slot *s = &t->slot[(at + i) & t->mask];
        AO_t key = AO_load_acquire(&s->key);

        if (key == pc) {
            lgc_rule rule = AO_load_acquire(&s->rule);

            return rule & 1 ? rule : ask(pc);
        }
        if (key == 0) {
            *free = s;
            return 0;
        }
    }
    return 0;
}

lgc_rule lgc_rule_search(uintptr_t pc)
{
    struct lgc_rule_table *t = lgc_rule_table_now();
    struct lgc_rule_slot *place = NULL, *unused;
    lgc_rule rule = 0;

    if (t == NULL)
        t = follow(NULL);
    if (t != NULL && (rule = look(t, pc, &place)) & 1)
        return rule;
    for (struct lgc_rule_table *o = t == NULL ? NULL : t->older; o != NULL && !(rule & 1); o = o->older)
        rule = look(o, pc, &unused);
    if (!(rule & 1))
        rule = ask(pc);
    if (t != NULL && place == NULL && (t = follow(t)) != NULL)
        look(t, pc, &place);
    if (place != NULL && AO_compare_and_swap_full(&place->key, 0, pc))
        AO_store_release(&place->rule, rule);
    return rule;
}

/* The key becomes a tombstone, no code address, so that probing goes on. */
void lgc_rule_forget(uintptr_t lo, uintptr_t hi)
{
    lgc_rows_forget(lo, hi);
    for (struct lgc_rule_table *t = lgc_rule_table_now(); t != NULL; t = t->older)
        for (size_t i = 0; i <= t->mask; i++) {
            AO_t key = AO_load(&t->slot[i].key);

            if (key >= lo && key < hi) {
                AO_store_release(&t->slot[i].rule, 0);
                AO_store_release(&t->slot[i].key, 1);
            }
        }
}
