/* SPDX-License-Identifier: MIT
 * test_memo.c: a remembered stack is found again, and never taken for another one. */
#include <criterion/criterion.h>
#include <string.h>

#include "capture/memo.h"
#include "capture/site.h"
#include "world/module.h"

static void begin(void)
{
    lgc_module_refresh();
    lgc_site_init(100000);
}

/* Here the table itself; that walks and memo agree with libgcc in real
 * programs is tests/world/stacks_verified.t. */
static struct lgc_caller caller_on(uintptr_t *stack, uintptr_t pc, uintptr_t rbp)
{
    return (struct lgc_caller){ pc, (uintptr_t)stack, rbp };
}

/* A made-up stack: the caller at pc 0x1000, return addresses 0x2000 and
 * 0x3000 in words 3 and 7, a saved rbp in word 5. */
static uintptr_t stack[16];
static struct lgc_memo_trail trail;
static uint32_t site;

static void make(void)
{
    static const uintptr_t pc[3] = { 0x1000, 0x2000, 0x3000 };

    begin();
    memset(stack, 0, sizeof stack);
    stack[3] = 0x2000;
    stack[7] = 0x3000;
    stack[5] = 0xb0b;
    memset(&trail, 0, sizeof trail);
    trail.complete = true;
    trail.nframes = 2;
    trail.frame[0] = 3;
    trail.frame[1] = 7;
    trail.nsaved = 1;
    trail.saved[0].at = 5;
    trail.saved[0].value = 0xb0b;
    site = lgc_site_intern(pc, 3, 0);
}

Test(memo, finds_what_was_added)
{
    make();
    struct lgc_caller c = caller_on(stack, 0x1000, 1);
    cr_assert_eq(lgc_memo_find(&c), 0);
    lgc_memo_add(&c, &trail, site);
    cr_assert_eq(lgc_memo_find(&c), site);
    c.rbp = 2; /* it did not matter */
    cr_assert_eq(lgc_memo_find(&c), site);
}

Test(memo, misses_another_caller_or_depth)
{
    make();
    struct lgc_caller c = caller_on(stack, 0x1000, 1), other;
    lgc_memo_add(&c, &trail, site);
    other = caller_on(stack, 0x1001, 1);
    cr_assert_eq(lgc_memo_find(&other), 0);
    other = caller_on(stack + 1, 0x1000, 1);
    cr_assert_eq(lgc_memo_find(&other), 0);
}

Test(memo, misses_when_any_slot_changed)
{
    static const int slots[] = { 3, 7, 5 };

    make();
    struct lgc_caller c = caller_on(stack, 0x1000, 1);
    lgc_memo_add(&c, &trail, site);
    for (int i = 0; i < 3; i++) {
        stack[slots[i]]++;
        cr_assert_eq(lgc_memo_find(&c), 0, "word %d was not compared", slots[i]);
        stack[slots[i]]--;
    }
    stack[4]++; /* a word that no frame was found by */
    cr_assert_eq(lgc_memo_find(&c), site);
}

Test(memo, compares_rbp_where_it_mattered)
{
    make();
    struct lgc_caller c = caller_on(stack, 0x1000, 1);
    trail.rbp = true;
    lgc_memo_add(&c, &trail, site);
    cr_assert_eq(lgc_memo_find(&c), site);
    c.rbp = 2;
    cr_assert_eq(lgc_memo_find(&c), 0);
}

Test(memo, does_not_take_an_incomplete_trail)
{
    make();
    struct lgc_caller c = caller_on(stack, 0x1000, 1);
    trail.complete = false;
    lgc_memo_add(&c, &trail, site);
    cr_assert_eq(lgc_memo_find(&c), 0);
}

Test(memo, forgets_when_code_was_unloaded)
{
    make();
    struct lgc_caller c = caller_on(stack, 0x1000, 1);
    lgc_memo_add(&c, &trail, site);
    lgc_memo_forget_all();
    cr_assert_eq(lgc_memo_find(&c), 0);
    lgc_memo_add(&c, &trail, site);
    cr_assert_eq(lgc_memo_find(&c), site);
}
