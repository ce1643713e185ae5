/* SPDX-License-Identifier: MIT
 * test_filename.c: patterns for names of files, as users of valgrind and jemalloc write them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/filename.h"

static char path[200];

static const char *expand(const char *pattern)
{
    const char *why = lgc_filename_expand(pattern, path, sizeof path, 7);
    cr_expect_null(why, "%s: %s", pattern, why);
    return path;
}

Test(filename, patterns)
{
    char wanted[200], host[100];
    setenv("LGC_TEST", "a value", 1);
    cr_expect_str_eq(expand("/tmp/leaks"), "/tmp/leaks");
    cr_expect_str_eq(expand(""), "");
    snprintf(wanted, sizeof wanted, "x.%d.%d", (int)getpid(), (int)getpid());
    cr_expect_str_eq(expand("x.%p.%p"), wanted);
    cr_expect_str_eq(expand("%n"), "7");
    cr_expect_str_eq(expand("<%q{LGC_TEST}>"), "<a value>");
    cr_expect_str_eq(expand("100%%p %% %%%%"), "100%p % %%");
    cr_expect_str_eq(expand("50% %x %"), "50% %x %");
    cr_assert_eq(gethostname(host, sizeof host), 0);
    snprintf(wanted, sizeof wanted, "%s/", host);
    cr_expect_str_eq(expand("%h/"), wanted);
}

Test(filename, what_is_wrong_is_said)
{
    static const char *const bad[] = { "%q", "%qX", "%q{", "%q{}", "%q{X", "%q{LGC_NOT_SET}" };
    char small[8];
    unsetenv("LGC_NOT_SET");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_expect_not_null(lgc_filename_expand(bad[i], path, sizeof path, 1), "%s", bad[i]);
        cr_expect_str_eq(path, "");
    }
    cr_expect_null(lgc_filename_expand("1234567", small, sizeof small, 1));
    cr_expect_not_null(lgc_filename_expand("12345678", small, sizeof small, 1));
    cr_expect_not_null(lgc_filename_expand("1234567%n", small, sizeof small, 1));
}

Test(filename, varies)
{
    cr_expect(lgc_filename_varies("a%p"));
    cr_expect(lgc_filename_varies("%%%n"));
    cr_expect_not(lgc_filename_varies("a%%p"));
    cr_expect_not(lgc_filename_varies("%h%q{x}%"));
}
