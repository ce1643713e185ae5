/* SPDX-License-Identifier: MIT
 * test_fold.c: of a recursion the outermost and the innermost rounds are kept, and nothing else is lost.
 *
 * Made-up addresses are in no function: each is its own. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "capture/fold.h"
#include "core.h"

enum { MOST = 256 };

/* A stack as text, a letter a call, outermost first, in both directions. */
static uint32_t intern(const char *calls)
{
    uintptr_t pc[MOST];
    unsigned n = (unsigned)strlen(calls);
    for (unsigned i = 0; i < n; i++)
        pc[i] = 1000 + (uintptr_t)calls[n - 1 - i];
    return lgc_site_intern(pc, n, 0);
}

/* With the period in brackets where something is left out. */
static const char *shown(uint32_t id)
{
    static char text[4 * MOST];
    const struct lgc_site *s = lgc_site_at(id);
    char *at = text;
    cr_assert_not_null(s);
    for (unsigned i = s->stack.depth; i-- > 0;) {
        if (s->folded != NULL && s->folded[i] != 0)
            at += sprintf(at, "(%u)", s->folded[i]);
        *at++ = (char)((uintptr_t)s->stack.pc[i] - 1000);
    }
    *at = '\0';
    return text;
}

/* The definition, on an array: after each call, what is one round too many
 * goes.  A mark is a digit. */
static unsigned since_mark(const char *s, unsigned n)
{
    unsigned k = 0;
    while (k < n && (s[n - 1 - k] < '1' || s[n - 1 - k] > '9'))
        k++;
    return k;
}

static bool periodic(const char *s, unsigned n, unsigned length, unsigned p)
{
    for (unsigned i = 0; i + p < length; i++)
        if (s[n - 1 - i] != s[n - 1 - i - p])
            return false;
    return true;
}

static const char *by_definition(const char *calls)
{
    static char s[4 * MOST], out[8 * MOST];
    unsigned n = 0;
    for (; *calls != '\0'; calls++) {
        s[n++] = *calls;
        unsigned k = since_mark(s, n), p = k < n ? (unsigned)(s[n - 1 - k] - '0') : 0;
        if (p != 0 && k == 4 * p && periodic(s, n, k, p)) {
            memmove(s + n - k, s + n - k + p, k - p);
            n -= p;
            continue;
        }
        for (p = 1; p <= 8; p++)
            if (k >= 5 * p && periodic(s, n, 5 * p, p)) {
                memmove(s + n - 4 * p + 1, s + n - 3 * p, 3 * p);
                s[n - 4 * p] = (char)('0' + p);
                n -= p - 1;
                break;
            }
    }
    char *at = out;
    for (unsigned i = 0; i < n; i++)
        at += s[i] >= '1' && s[i] <= '9' ? sprintf(at, "(%c)", s[i]) : sprintf(at, "%c", s[i]);
    *at = '\0';
    return out;
}

static void begin(void) { lgc_site_init(1000000, 0); }

Test(fold, keeps_the_outermost_and_three_innermost_rounds)
{
    begin();
    cr_expect_str_eq(shown(intern("mrrrrx")), "mrrrrx", "four rounds are kept");
    cr_expect_str_eq(shown(intern("mrrrrrx")), "mr(1)rrrx");
    cr_expect_str_eq(shown(intern("mrrrrrrrrrrrrrrrrx")), "mr(1)rrrx");
    cr_expect_eq(intern("mrrrrrx"), intern("mrrrrrrrx"), "one stack");
    cr_expect_str_eq(shown(intern("mababababx")), "mababababx");
    cr_expect_str_eq(shown(intern("mabababababx")), "mab(2)abababx");
    cr_expect_str_eq(shown(intern("mababababababax")), "mab(2)abababax", "a round that is not complete");
    cr_expect_str_eq(shown(intern("mabababababababx")), "mab(2)abababx");
    cr_expect_str_eq(shown(intern("abcdefghabcdefghabcdefghabcdefghabcdefghabcdefgh")),
                     "abcdefgh(8)abcdefghabcdefghabcdefgh");
    cr_expect_str_eq(shown(intern("abcdefghiabcdefghiabcdefghiabcdefghiabcdefghiabcdefghi")),
                     "abcdefghiabcdefghiabcdefghiabcdefghiabcdefghiabcdefghi", "nine calls are no round");
    cr_expect_str_eq(shown(intern("rrrrrrsrrrrrrr")), "r(1)rrrsr(1)rrr", "two recursions");
    cr_expect_str_eq(shown(intern("rrrrrrabababababababrrrrrrrr")), "r(1)rrrab(2)abababr(1)rrr");
}

Test(fold, begins_with_many_stacks)
{
    lgc_site_init(1000, 3);
    cr_expect_str_eq(shown(intern("mrrrrrrrrx")), "mrrrrrrrrx");
    for (int i = 0; i < 3; i++)
        intern((const char *[]){ "ab", "abc", "d" }[i]);
    cr_expect_str_eq(shown(intern("mrrrrrrrrrrry")), "mrrrrr(1)rrry", "goes on from what is known");
    cr_expect_str_eq(shown(intern("msssssssssssy")), "ms(1)sssy");
    cr_expect_str_eq(shown(intern("mrrrrrrrrx")), "mrrrrrrrrx", "the same as before");
    lgc_site_init(10, SIZE_MAX);
    for (int i = 0; i < 6; i++)
        intern((const char *[]){ "ab", "abc", "d", "e", "f", "g" }[i]);
    cr_expect_str_eq(shown(intern("nsssssssssssy")), "ns(1)sssy", "half of the table");
}

/* Random walks with little choice, so that they repeat. */
Test(fold, is_as_defined, .timeout = 120)
{
    uint64_t state = 3;
    char calls[MOST];
    unsigned folded = 0;
    begin();
    for (int round = 0; round < 20000; round++) {
        unsigned n = 1 + (unsigned)(chance(&state) % 90), letters = 1 + (unsigned)(chance(&state) % 4);
        unsigned p = 1 + (unsigned)(chance(&state) % 9), noise = 2 + (unsigned)(chance(&state) % 60);
        for (unsigned i = 0; i < n; i++)
            calls[i] = i >= p && chance(&state) % noise != 0 ? calls[i - p] : (char)('a' + chance(&state) % letters);
        calls[n] = '\0';
        uint32_t id = intern(calls);
        cr_assert_neq(id, 0);
        const char *expected = by_definition(calls);
        if (strcmp(shown(id), expected) != 0)
            cr_assert_fail("%s gave %s, not %s", calls, shown(id), expected);
        cr_assert_eq(intern(calls), id);
        folded += strchr(expected, '(') != NULL;
    }
    cr_expect_gt(folded, 2000);
}

/* All ways through a recursion of two calls in one function would be 2^40. */
Test(fold, a_recursion_has_few_stacks)
{
    uint64_t state = 1;
    uintptr_t pc[60], function = (uintptr_t)by_definition;
    begin();
    for (int i = 0; i < 20000; i++) {
        for (int k = 0; k < 60; k++)
            pc[k] = function + 20 + chance(&state) % 2;
        cr_assert_neq(lgc_site_intern(pc, 60, 0), 0);
    }
    cr_expect_eq(lgc_site_refused(), 0);
    cr_expect_lt(lgc_site_limit(), 200);
}

Test(fold, without_room)
{
    uint64_t state = 1;
    char calls[61];
    lgc_site_init(20, 0);
    for (int i = 0; i < 3000; i++) {
        for (int k = 0; k < 60; k++)
            calls[k] = k > 3 && chance(&state) % 20 ? calls[k - 1 - i % 3] : (char)('a' + chance(&state) % 20);
        calls[60] = '\0';
        uint32_t id = intern(calls);
        if (id != 0 && !lgc_site_at(id)->shortened && strcmp(shown(id), by_definition(calls)) != 0)
            cr_assert_fail("%s gave %s", calls, shown(id));
    }
    cr_expect_gt(lgc_site_refused(), 0);
}
