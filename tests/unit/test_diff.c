/* SPDX-License-Identifier: MIT
 * test_diff.c: what becomes of sites between two censuses, and censuses of reports. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/diff.h"

static struct lgc_census_site site(const char *fingerprint, uint64_t direct, uint64_t reachable)
{
    struct lgc_census_site s = { .where = NULL };
    memcpy(s.fingerprint, fingerprint, strlen(fingerprint) + 1);
    s.kind[LGC_KIND_DIRECT] = (struct lgc_amount){ direct, direct > 0 };
    s.kind[LGC_KIND_REACHABLE] = (struct lgc_amount){ reachable, reachable > 0 };
    return s;
}

static const struct lgc_diff_row *row_of(const struct lgc_diff *d, const char *fingerprint)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct lgc_census_site *s = d->row[i].after ? d->row[i].after : d->row[i].before;
        if (strcmp(s->fingerprint, fingerprint) == 0)
            return &d->row[i];
    }
    abort();                     /* the test ends here: it is not there */
}

Test(diff, every_change)
{
    struct lgc_census_site a[] = { site("gone", 0, 10), site("grown", 0, 10), site("leaks", 5, 10),
                                   site("same", 1, 1), site("shrunk", 0, 10) };
    struct lgc_census_site b[] = { site("grown", 0, 30), site("leaks", 15, 0), site("lost", 7, 0),
                                   site("same", 1, 1), site("shrunk", 3, 4) };
    struct lgc_census before = { a, 5, 15, true }, after = { b, 5, 15, true };
    struct lgc_diff d;
    cr_assert(lgc_diff_make(&before, &after, 15, &d));
    cr_assert_eq(d.n, 6);
    cr_expect_eq(row_of(&d, "gone")->change, LGC_DIFF_GONE);
    cr_expect_eq(row_of(&d, "grown")->change, LGC_DIFF_GROWN);
    cr_expect_eq(row_of(&d, "same")->change, LGC_DIFF_SAME);
    cr_expect_eq(row_of(&d, "shrunk")->change, LGC_DIFF_SHRUNK);
    cr_expect(row_of(&d, "shrunk")->new_leak, "less of it, but now some is lost");
    cr_expect_eq(row_of(&d, "lost")->change, LGC_DIFF_NEW);
    cr_expect(row_of(&d, "lost")->new_leak);
    cr_expect_not(row_of(&d, "leaks")->new_leak, "it was a leak before");
    cr_expect_eq(d.new_leaks, 2);
    cr_expect(d.row[0].new_leak && d.row[1].new_leak && !d.row[2].new_leak, "new leaks come first");
    cr_expect_eq(d.row[2].after, &b[0], "then what grew most");
    cr_expect_eq(d.had_lost.bytes, 6);
    cr_expect_eq(d.has_lost.bytes, 26);
    lgc_diff_free(&d);
}

/* A report lists what is lost; a dump all: what only one can tell is no change. */
Test(diff, only_kinds_that_both_list)
{
    struct lgc_census_site a[] = { site("x", 5, 0) }, b[] = { site("x", 5, 100), site("y", 0, 9) };
    struct lgc_census before = { a, 1, 3, false }, after = { b, 2, 15, true };
    struct lgc_diff d;
    cr_assert(lgc_diff_make(&before, &after, 15, &d));
    cr_assert_eq(d.n, 1);
    cr_expect_eq(d.row[0].change, LGC_DIFF_SAME);
    cr_expect_eq(d.new_leaks, 0);
    lgc_diff_free(&d);
}

static struct lgc_census *read(const char *text, char error[256])
{
    FILE *in = fmemopen((void *)text, strlen(text), "r");
    cr_assert_not_null(in);
    error[0] = '\0';
    struct lgc_census *c = lgc_census_read(in, error, 256);
    fclose(in);
    return c;
}

#define LEAK(kind, bytes, objects) "{\"kind\":\"" kind "\",\"bytes\":" bytes ",\"objects\":" \
    objects ",\"fingerprint\":\"0123456789abcdef\",\"frames\":[{\"function\":\"f\"}]}"

Test(census, kinds_of_one_site_are_one_row)
{
    char error[256];
    struct lgc_census *c = read("{\"tool\":\"leaksgc\",\"leaks\":[" LEAK("direct", "10", "1") ","
                                LEAK("indirect", "20", "2") "]}\n", error);
    cr_assert_not_null(c, "%s", error);
    cr_assert_eq(c->n, 1);
    cr_expect_eq(lgc_census_lost(&c->site[0]).bytes, 30);
    cr_expect_str_eq(c->site[0].where, "f");
    cr_expect_eq(lgc_census_find(c, "0123456789abcdef"), &c->site[0]);
    cr_expect_null(lgc_census_find(c, "0123456789abcdee"));
    lgc_census_free(c);
}

Test(census, of_several_reports_the_last_counts)
{
    char error[256];
    struct lgc_census *c = read("{\"tool\":\"leaksgc\",\"leaks\":[" LEAK("direct", "10", "1") "]}\n"
                                "{\"tool\":\"leaksgc\",\"leaks\":[]}\n", error);
    cr_assert_not_null(c, "%s", error);
    cr_expect_eq(c->n, 0);
    lgc_census_free(c);
}

Test(census, what_is_wrong_is_said)
{
    static const char *const bad[][2] = {
        { "x", "neither a heap dump nor a JSON report" },
        { "{}", "no report of leaksgc" },
        { "{\"tool\":\"leaksgc\"}", "no report of leaksgc" },
        { "{\"tool\":\"leaksgc\",\"leaks\":[]} rest", "neither" },
        { "{\"tool\":\"leaksgc\",\"leaks\":[{}]}", "no fingerprint" },
        { "{\"tool\":\"leaksgc\",\"leaks\":[" LEAK("strange", "1", "1") "]}", "no kind" },
        { "{\"tool\":\"leaksgc\",\"leaks\":[" LEAK("direct", "-1", "1") "]}", "no numbers" },
        { "{\"tool\":\"leaksgc\",\"leaks\":[" LEAK("direct", "1", "\"1\"") "]}", "no numbers" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char error[256];
        cr_assert_null(read(bad[i][0], error), "%s", bad[i][0]);
        cr_expect(strstr(error, bad[i][1]) != NULL, "%s: %s", bad[i][0], error);
    }
}
