/* SPDX-License-Identifier: MIT
 * test_cfi.c: a rule says where the caller is, for the code of this very program and of libc. */
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unwind.h>

#include "capture/cfi.h"
#include "capture/rows.h"
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

/* ---- long functions, of which all rules are remembered ----------------- */

struct bases { void *text, *data, *function; };
extern const void *_Unwind_Find_FDE(void *pc, struct bases *bases);

/* Two bytes a step, and a rule for each; what it does between the ends is no
 * matter: nobody calls it. */
extern const char long_begin[], long_end[];
__asm__(".text\n"
        "long_begin:\n"
        ".cfi_startproc\n"
        "push %rbp\n.cfi_adjust_cfa_offset 8\n.cfi_rel_offset rbp, 0\n"
        ".rept 200\npush %r12\n.cfi_adjust_cfa_offset 8\n.endr\n"
        ".cfi_remember_state\n"
        ".rept 200\npop %r12\n.cfi_adjust_cfa_offset -8\n.endr\n"
        "pop %rbp\n.cfi_adjust_cfa_offset -8\n.cfi_restore rbp\nret\n"
        ".cfi_restore_state\n"
        "lea 8(%rsp), %rbp\n.cfi_def_cfa rbp, 24\nnop\n"
        ".cfi_escape 0x0f, 0x03, 0x77, 0x08, 0x06\nnop\n"
        ".cfi_endproc\n"
        "long_end:\n"
        ".byte 0\n");

static void same_rule(uintptr_t pc)
{
    struct lgc_cfi_rule found = lgc_cfi_find(pc), read = lgc_cfi_read(pc);

    cr_assert_eq(found.kind, read.kind, "at %#zx", pc);
    cr_assert_eq(found.from_rbp, read.from_rbp);
    cr_assert_eq(found.rbp_offset, read.rbp_offset);
    cr_assert_eq(found.cfa_offset, read.cfa_offset, "at %#zx", pc);
    cr_assert_eq(found.function, read.function);
}

Test(cfi, all_rules_of_a_long_function_are_remembered_and_forgotten)
{
    uintptr_t lo = (uintptr_t)long_begin, hi = (uintptr_t)long_end;
    struct bases bases;
    const void *record = _Unwind_Find_FDE((void *)(lo + 1), &bases);
    unsigned kinds = 0;

    cr_assert_not_null(record);
    for (uintptr_t pc = lo; pc < hi; pc++) {
        same_rule(pc);
        kinds |= 1u << lgc_cfi_find(pc).kind;
    }
    cr_assert_eq(kinds, 1u << LGC_CFI_PLAIN | 1u << LGC_CFI_UNKNOWN);
    cr_assert_not_null(lgc_rows_find(record));
    cr_assert_gt(lgc_rows_find(record)->n, 400);
    cr_assert_eq(lgc_cfi_find(lo + 1 + 2 * 100).cfa_offset, 16 + 8 * 100);
    lgc_rows_forget(hi, hi + 1);
    cr_assert_not_null(lgc_rows_find(record));
    lgc_rows_forget(lo, lo + 1);
    cr_assert_null(lgc_rows_find(record));
    same_rule(hi - 1);
}

static unsigned long compared;

static int compare_code(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)size;
    (void)arg;
    if (strstr(info->dlpi_name, "libc.so") == NULL)
        return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        uintptr_t lo = info->dlpi_addr + p->p_vaddr;

        for (uintptr_t pc = lo; p->p_type == PT_LOAD && (p->p_flags & PF_X) && pc < lo + p->p_filesz - 16; pc += 3) {
            same_rule(pc);
            compared++;
        }
    }
    return 1;
}

Test(cfi, what_is_remembered_of_libc_is_what_is_read)
{
    cr_assert_eq(dl_iterate_phdr(compare_code, NULL), 1);
    cr_assert_gt(compared, 100000);
}
