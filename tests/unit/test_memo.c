/* SPDX-License-Identifier: MIT
 * test_memo.c: a remembered stack is found again, and never taken for another one. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "capture/memo.h"

/* A made-up stack: the caller at pc 0x1000, return addresses 0x2000 and
 * 0x3000 in words 3 and 7, a saved rbp in word 5.  Here the table itself;
 * that walks and memo agree with libgcc in real programs is
 * tests/world/stacks_verified.t. */
static uintptr_t stack[16];
static struct lgc_memo *memo;
enum { SITE = 77 };

static void make(void)
{
    memset(stack, 0, sizeof stack);
    stack[3] = 0x2000;
    stack[7] = 0x3000;
    stack[5] = 0xb0b;
    memo = lgc_memo_own();
    cr_assert_not_null(memo);
    struct lgc_shadow *s = &memo->shadow;
    /* The outermost first: the last slot that is read comes first. */
    s->check[0] = (struct lgc_shadow_check){ (uintptr_t)&stack[7], 0x3000 };
    s->check[1] = (struct lgc_shadow_check){ (uintptr_t)&stack[5], 0xb0b };
    s->check[2] = (struct lgc_shadow_check){ (uintptr_t)&stack[3], 0x2000 };
    s->frame[2] = (struct lgc_shadow_frame){ .pc = 0x1000, .sp = (uintptr_t)stack, .rbp = 1, .nchecks = 3 };
    s->n = 3;
}

static uint32_t find(uintptr_t pc, uintptr_t *sp, uintptr_t rbp)
{
    struct lgc_caller c = { pc, (uintptr_t)sp, rbp };
    return lgc_memo_find(&c);
}

Test(memo, finds_what_was_added)
{
    cr_assert_eq(find(0x1000, stack, 1), 0);
    make();
    cr_assert_eq(find(0x1000, stack, 1), 0);
    lgc_memo_add(memo, 2, SITE);
    cr_assert_eq(find(0x1000, stack, 1), SITE);
    cr_assert_eq(find(0x1000, stack, 2), SITE, "rbp did not matter");
}

Test(memo, notes_what_comes_again)
{
    make();
    memo->shadow.frame[2].digest = (lgc_digest)1 << 96;
    lgc_memo_note(memo, 2, SITE);
    cr_assert_eq(find(0x1000, stack, 1), 0);
    memo->shadow.frame[2].digest = (lgc_digest)2 << 96;
    lgc_memo_note(memo, 2, SITE);
    cr_assert_eq(find(0x1000, stack, 1), 0, "another stack of one site");
    memo->shadow.frame[2].digest = (lgc_digest)1 << 96;
    lgc_memo_note(memo, 2, SITE);
    cr_assert_eq(find(0x1000, stack, 1), SITE);
}

Test(memo, misses_another_caller_or_depth)
{
    make();
    lgc_memo_add(memo, 2, SITE);
    cr_assert_eq(find(0x1001, stack, 1), 0);
    cr_assert_eq(find(0x1000, stack + 1, 1), 0);
}

Test(memo, misses_when_any_slot_changed)
{
    static const int slots[] = { 3, 7, 5 };

    make();
    lgc_memo_add(memo, 2, SITE);
    for (int i = 0; i < 3; i++) {
        stack[slots[i]]++;
        cr_assert_eq(find(0x1000, stack, 1), 0, "word %d was not compared", slots[i]);
        stack[slots[i]]--;
    }
    stack[4]++; /* a word that no frame was found by */
    cr_assert_eq(find(0x1000, stack, 1), SITE);
}

Test(memo, compares_rbp_where_it_mattered)
{
    make();
    memo->shadow.frame[2].rbp_matters = true;
    lgc_memo_add(memo, 2, SITE);
    cr_assert_eq(find(0x1000, stack, 1), SITE);
    cr_assert_eq(find(0x1000, stack, 2), 0);
}

Test(memo, keeps_two_stacks_of_one_place)
{
    make();
    lgc_memo_add(memo, 2, SITE);
    stack[7] = 0x4000;
    memo->shadow.check[0].value = 0x4000;
    lgc_memo_add(memo, 2, SITE + 1);
    cr_assert_eq(find(0x1000, stack, 1), SITE + 1);
    stack[7] = 0x3000;
    cr_assert_eq(find(0x1000, stack, 1), SITE);
}

Test(memo, does_not_take_what_is_too_long_or_far)
{
    make();
    memo->shadow.check[0].at = (uintptr_t)stack + ((uintptr_t)UINT16_MAX + 1) * sizeof *stack;
    lgc_memo_add(memo, 2, SITE);
    cr_assert_eq(find(0x1000, stack, 1), 0);
    make();
    for (unsigned n = 0; n <= LGC_MEMO_CHECKS + 1; n++) {
        for (unsigned i = 0; i < n; i++)
            memo->shadow.check[i] = (struct lgc_shadow_check){ (uintptr_t)&stack[3], 0x2000 };
        memo->shadow.frame[2].nchecks = (uint16_t)n;
        memo->shadow.frame[2].pc = 0x1000 + n;
        lgc_memo_add(memo, 2, SITE);
        cr_assert_eq(find(0x1000 + n, stack, 1), n <= LGC_MEMO_CHECKS ? SITE : 0, "%u checks", n);
    }
}

Test(memo, forgets_when_code_was_unloaded)
{
    make();
    lgc_memo_add(memo, 2, SITE);
    lgc_memo_forget_all();
    cr_assert_eq(find(0x1000, stack, 1), 0);
    cr_assert_eq(lgc_memo_own(), memo);
    cr_assert_eq(memo->shadow.n, 0);
    cr_assert_eq(find(0x1000, stack, 1), 0);
    make();
    lgc_memo_add(memo, 2, SITE);
    cr_assert_eq(find(0x1000, stack, 1), SITE);
}

static void *find_as_a_thread(void *of)
{
    struct lgc_memo *m = lgc_memo_own();
    cr_assert_eq(find(0x1000, stack, 1), 0, "what another thread remembered");
    lgc_memo_retire();
    cr_assert_null(lgc_memo_own(), "it ends");
    *(struct lgc_memo **)of = m;
    return NULL;
}

Test(memo, one_that_ended_serves_the_next)
{
    struct lgc_memo *seen[2];
    make();
    lgc_memo_add(memo, 2, SITE);
    for (int i = 0; i < 2; i++) {
        pthread_t t;
        pthread_create(&t, NULL, find_as_a_thread, &seen[i]);
        pthread_join(t, NULL);
    }
    cr_assert_neq(seen[0], memo);
    cr_assert_eq(seen[0], seen[1]);
}
