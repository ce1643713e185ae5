/* SPDX-License-Identifier: MIT
 * test_cfi.c: a rule says where the caller is, for the code of this very program and of libc. */
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <unwind.h>

#include "capture/cfi.h"
#include "capture/rule.h"

/* The frames as libgcc sees them. */
struct frame { uintptr_t pc, cfa, rbp; };
struct seen { struct frame at[256]; int n; };

static _Unwind_Reason_Code note(struct _Unwind_Context *context, void *arg)
{
    struct seen *s = arg;

    if (s->n == 256)
        return _URC_END_OF_STACK;
    s->at[s->n].pc = _Unwind_GetIP(context);
    s->at[s->n].cfa = _Unwind_GetCFA(context);
    s->at[s->n].rbp = _Unwind_GetGR(context, 6);
    s->n++;
    return _URC_NO_REASON;
}

/* For each frame but the first and the last: the rule of its pc, applied to
 * its registers, gives the next frame's.  (libgcc's "CFA" of a context is the
 * stack pointer of that frame.) */
static void compare(void)
{
    struct seen s = { .n = 0 };
    int plain = 0;

    _Unwind_Backtrace(note, &s);
    cr_assert_gt(s.n, 3);
    for (int i = 1; i + 1 < s.n; i++) {
        struct lgc_cfi_rule r = lgc_cfi_find(s.at[i].pc - 1);
        lgc_rule packed = lgc_rule_of(s.at[i].pc - 1);
        uintptr_t sp = s.at[i].cfa, cfa;

        cr_assert_eq(r.kind, lgc_rule_kind(packed));
        if (r.kind != LGC_CFI_PLAIN)
            continue;
        plain++;
        cr_assert_eq((uintptr_t)r.cfa_offset, lgc_rule_cfa(packed));
        cr_assert_eq((uintptr_t)-r.rbp_offset, lgc_rule_rbp_below(packed));
        cr_assert_eq(r.from_rbp, lgc_rule_from_rbp(packed));
        cr_assert_not(lgc_rule_ours(packed), "nobody asked for the modules");
        cfa = (r.from_rbp ? s.at[i].rbp : sp) + (uintptr_t)(intptr_t)r.cfa_offset;
        cr_assert_eq(cfa, s.at[i + 1].cfa, "frame %d", i);
        cr_assert_eq(*(uintptr_t *)(cfa - 8), s.at[i + 1].pc);
        if (r.rbp_offset != 0)
            cr_assert_eq(*(uintptr_t *)(cfa + (uintptr_t)(intptr_t)r.rbp_offset), s.at[i + 1].rbp);
        else
            cr_assert_eq(s.at[i].rbp, s.at[i + 1].rbp);
    }
    cr_assert_gt(plain, 2);
}

static int calls;

static int by_value(const void *a, const void *b)
{
    if (calls++ % 50 == 0)
        compare();
    return *(const int *)a - *(const int *)b;
}

Test(cfi, agrees_with_libgcc_through_qsort)
{
    int v[500];

    for (int i = 0; i < 500; i++)
        v[i] = i * 7919 % 503;
    qsort(v, 500, sizeof v[0], by_value);
    cr_assert_gt(calls, 500);
}

static __attribute__((noinline, noclone)) int deep(int n, int a, int b, int c, int d, int e, int f,
                                                   int g)
{
    if (n == 0)
        compare();
    return n == 0 ? g : deep(n - 1, b, c, d, e, f, g, a) + n;
}

Test(cfi, agrees_with_libgcc_in_recursion)
{
    cr_assert_gt(deep(40, 1, 2, 3, 4, 5, 6, 7), 0);
}

Test(cfi, knows_nothing_of_data_and_of_nowhere)
{
    static int data;

    cr_assert_eq(lgc_cfi_find((uintptr_t)&data).kind, LGC_CFI_LAST, "a loaded object that says nothing of it");
    cr_assert_eq(lgc_cfi_find(0x1234).kind, LGC_CFI_UNKNOWN);
    cr_assert_eq(lgc_cfi_find(0).kind, LGC_CFI_UNKNOWN);
}

Test(cfi, leaves_signal_frames_to_libgcc)
{
    /* The trampoline that libc names when it installs a handler. */
    uintptr_t restorer = (uintptr_t)dlsym(RTLD_DEFAULT, "__restore_rt");

    if (restorer != 0) /* not exported everywhere */
        cr_assert_eq(lgc_cfi_find(restorer + 1).kind, LGC_CFI_UNKNOWN);
    cr_assert_eq(lgc_cfi_find((uintptr_t)dlsym(RTLD_DEFAULT, "malloc")).kind, LGC_CFI_PLAIN);
}

Test(cfi, forgets_a_range)
{
    uintptr_t pc = (uintptr_t)dlsym(RTLD_DEFAULT, "qsort");

    cr_assert_eq(lgc_rule_kind(lgc_rule_of(pc)), LGC_CFI_PLAIN);
    lgc_rule_forget(pc, pc + 1);
    cr_assert_eq(lgc_rule_kind(lgc_rule_of(pc)), LGC_CFI_PLAIN);
}

/* More addresses than a first table holds: none is forgotten, all are right. */
Test(cfi, remembers_many)
{
    uintptr_t from = (uintptr_t)dlsym(RTLD_DEFAULT, "qsort"), to = from + 100000;

    for (int round = 0; round < 2; round++)
        for (uintptr_t pc = from; pc < to; pc++) {
            struct lgc_cfi_rule r = round == 0 || pc % 64 == 0 ? lgc_cfi_find(pc) : (struct lgc_cfi_rule){ 0 };
            lgc_rule packed = lgc_rule_of(pc);

            if (round == 1 && pc % 64 != 0)
                continue;
            cr_assert_eq(r.kind, lgc_rule_kind(packed));
            if (r.kind == LGC_CFI_PLAIN)
                cr_assert_eq((uintptr_t)r.cfa_offset, lgc_rule_cfa(packed));
        }
}
