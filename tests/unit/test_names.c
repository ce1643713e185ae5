/* SPDX-License-Identifier: MIT
 * test_names.c: each string is kept once, and mangled names are read. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tool/names.h"

Test(names, kept_once_and_for_long)
{
    struct lgc_names *names = lgc_names_new();
    char text[] = "abc";
    const char *first = lgc_names_keep(names, text);
    text[0] = 'x';
    cr_expect_str_eq(first, "abc");
    cr_expect_eq(lgc_names_keep(names, "abc"), first);
    cr_expect_neq(lgc_names_keep(names, "xbc"), first);
    cr_expect_null(lgc_names_keep(names, NULL));
    for (int i = 0; i < 50000; i++) {
        char name[20];
        snprintf(name, sizeof name, "n%d", i % 20000);
        cr_assert_str_eq(lgc_names_keep(names, name), name);
    }
    cr_expect_eq(lgc_names_keep(names, "abc"), first, "growing moves nothing");
    lgc_names_free(names);
}

Test(names, paths)
{
    struct lgc_names *names = lgc_names_new();
    cr_expect_str_eq(lgc_names_keep_path(names, "/src", "a.c"), "/src/a.c");
    cr_expect_str_eq(lgc_names_keep_path(names, "/src", "/b/a.c"), "/b/a.c");
    cr_expect_str_eq(lgc_names_keep_path(names, NULL, "a.c"), "a.c");
    cr_expect_null(lgc_names_keep_path(names, "/src", NULL));
    lgc_names_free(names);
}

Test(names, demangled)
{
    static const char *const cases[][2] = {
        { "_ZN3foo3barEi", "foo::bar(int)" },
        { "_ZNSt6vectorIiSaIiEE9push_backEOi", "std::vector<int, std::allocator<int> >::push_back(int&&)" },
        { "_ZN3foo3barEi.isra.0", "foo::bar(int) [clone .isra.0]" },
        { "main", "main" }, { "i", "i" }, { "_Z", "_Z" }, { "_ZN3fo", "_ZN3fo" }, { "", "" },
    };
    struct lgc_names *names = lgc_names_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *plain = lgc_names_demangle(names, cases[i][0]);
        cr_expect_str_eq(plain, cases[i][1]);
        cr_expect_eq(lgc_names_demangle(names, cases[i][0]), plain);
    }
    lgc_names_free(names);
}
