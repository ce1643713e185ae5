/* SPDX-License-Identifier: MIT
 * rule.c: a hash table from code address to rule that readers search without
 * a lock.
 *
 *   slot:  [ key: code address, 0 free ][ rule: 8 bytes ]
 *
 * A writer claims a free slot by its key, with the low bit of `rule` clear
 * until the rule is there; a reader that meets that waits for nobody and asks
 * the call-frame information itself.  A full neighbourhood is not written to.
 */
#include "capture/rule.h"

#include <atomic_ops.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"

enum { BITS = 14, SLOTS = 1 << BITS, PROBES = 16 };

struct slot { AO_t key, rule; };
static AO_t table; /* struct slot[SLOTS], mapped at the first use */

/* kind is 0..2, so bit 0 of the packed form is free for "there". */
static AO_t pack(struct lgc_cfi_rule r)
{
    return 1u | (AO_t)r.kind << 1 | (AO_t)r.from_rbp << 3 | (AO_t)(uint16_t)r.rbp_offset << 16 |
           (AO_t)(uint32_t)r.cfa_offset << 32;
}

static struct lgc_cfi_rule unpack(AO_t v)
{
    struct lgc_cfi_rule r = { (uint8_t)(v >> 1 & 3), (uint8_t)(v >> 3 & 1),
                              (int16_t)(uint16_t)(v >> 16), (int32_t)(uint32_t)(v >> 32) };

    return r;
}

static struct slot *slots(void)
{
    struct slot *s = (struct slot *)AO_load_acquire(&table);
    void *fresh;

    if (LGC_LIKELY(s != NULL))
        return s;
    fresh = lgc_mem_map(SLOTS * sizeof *s);
    if (fresh != NULL && !AO_compare_and_swap_full(&table, 0, (AO_t)fresh))
        lgc_mem_unmap(fresh, SLOTS * sizeof *s);
    return (struct slot *)AO_load_acquire(&table);
}

static size_t hash(uintptr_t pc) { return (size_t)((pc * 0x9e3779b97f4a7c15u) >> (64 - BITS)); }

struct lgc_cfi_rule lgc_rule_of(uintptr_t pc)
{
    struct slot *s = slots();
    struct lgc_cfi_rule rule;
    size_t at = hash(pc);

    for (unsigned i = 0; s != NULL && i < PROBES; i++) {
        struct slot *here = &s[(at + i) & (SLOTS - 1)];
        AO_t key = AO_load_acquire(&here->key), value;

        if (key == pc && ((value = AO_load_acquire(&here->rule)) & 1))
            return unpack(value);
        if (key == 0) {
            rule = lgc_cfi_find(pc);
            if (AO_compare_and_swap_full(&here->key, 0, pc))
                AO_store_release(&here->rule, pack(rule));
            return rule;
        }
    }
    return lgc_cfi_find(pc);
}

/* The key stays, so that probing goes on past it; its rule is asked again. */
void lgc_rule_forget(uintptr_t lo, uintptr_t hi)
{
    struct slot *s = (struct slot *)AO_load_acquire(&table);

    for (size_t i = 0; s != NULL && i < SLOTS; i++) {
        AO_t key = AO_load(&s[i].key);

        if (key >= lo && key < hi) {
            AO_store_release(&s[i].rule, 0);
            AO_store_release(&s[i].key, 1); /* no code address: a tombstone */
        }
    }
}
