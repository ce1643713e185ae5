/* SPDX-License-Identifier: MIT
 * test_suppress.c: which names a pattern matches, which groups a rule hides, and
 * that thousands of rules stay fast. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/pattern.h"
#include "report/suppress.h"
#include "sample.h"

Test(suppress, patterns)
{
    static const struct { const char *pattern, *name; bool matches; } cases[] = {
        { "foo", "foo", true }, { "foo", "xfoox", true }, { "foo", "fo", false },
        { "^foo", "foox", true }, { "^foo", "xfoo", false },
        { "foo$", "xfoo", true }, { "foo$", "foox", false }, { "foo$", "foo foo", true },
        { "^foo$", "foo", true }, { "^foo$", "foofoo", false },
        { "a*b", "a--b", true }, { "a*b", "ab", true }, { "a*b", "ba", false },
        { "^a*b$", "aXbXb", true }, { "^a*b$", "aXbX", false }, { "^a*a$", "a", false },
        { "*", "x", true }, { "*", "", true }, { "^*$", "", true }, { "**b", "ab", true },
        { "a**b", "ab", true }, { "^a*", "a", true }, { "*a$", "ba", true },
        { "$", "x", true }, { "^", "x", true }, { "^$", "x", false },
        { "ab*bc", "abc", false }, { "ab*bc$", "abbc", true },
        { "std::vector<*>::push_back", "std::vector<int, a<b> >::push_back(int&&)", true },
        { "a$b", "a$b", true }, { "a^b", "a^b", true },
        { "libfoo.so", "/usr/lib/libfoo.so.1", true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_eq(lgc_pattern_matches(cases[i].pattern, cases[i].name), cases[i].matches,
                     "'%s' on '%s'", cases[i].pattern, cases[i].name);
}

static char warned[2000];
static unsigned warnings;

static void warn(void *arg, const char *text)
{
    cr_expect_str_eq(arg, "arg");
    strncat(warned, text, sizeof warned - strlen(warned) - 2);
    strcat(warned, "\n");
    warnings++;
}

static struct lgc_finding *apply(const char *rules)
{
    static char arg[] = "arg";
    static struct lgc_suppress *s;
    struct lgc_finding *f = sample();
    lgc_suppress_free(s);       /* the one before: patterns live in it */
    s = lgc_suppress_new();
    warned[0] = '\0';
    warnings = 0;
    cr_expect(lgc_suppress_add(s, rules, "FILE", warn, arg));
    cr_expect(lgc_suppress_apply(s, f, &sample_symbolizer, SAMPLE_ALL));
    return f;
}

static void expect_hidden(const char *rules, const char *by0, const char *by1, const char *by2)
{
    const char *by[3] = { by0, by1, by2 };
    struct lgc_finding *f = apply(rules);
    for (int i = 0; i < 3; i++) {
        const char *got = f->groups[i].suppressed_by;
        cr_expect((got == NULL) == (by[i] == NULL), "%s: group %d by %s", rules, i,
                  got != NULL ? got : "none");
        if (got != NULL && by[i] != NULL)
            cr_expect_str_eq(got, by[i]);
    }
}

Test(suppress, function_file_module_of_any_frame)
{
    expect_hidden("leak:inner", "inner", NULL, "inner");
    expect_hidden("leak:outer(int)", "outer(int)", NULL, "outer(int)");
    expect_hidden("leak:/src/b.c", "/src/b.c", NULL, "/src/b.c");
    expect_hidden("leak:^plugin_init$", "^plugin_init$", "^plugin_init$", NULL);
    expect_hidden("leak:plug-in.so", "plug-in.so", "plug-in.so", NULL);
    expect_hidden("leak:prog", "prog", NULL, "prog");
    expect_hidden("leak:nothing", NULL, NULL, NULL);
    expect_hidden("", NULL, NULL, NULL);
}

Test(suppress, short_patterns)
{
    expect_hidden("leak:in", "in", "in", "in");
    expect_hidden("leak:^i", "^i", NULL, "^i");
    expect_hidden("leak:o*r*(", "o*r*(", NULL, "o*r*(");
}

Test(suppress, the_first_rule_counts)
{
    expect_hidden("leak:plugin_init\nleak:inner\n", "plugin_init", "plugin_init", "inner");
    expect_hidden("leak:inner\nleak:plugin_init\n", "inner", "plugin_init", "inner");
    expect_hidden("leak:n\nleak:inner\n", "n", "n", "n");
}

Test(suppress, lines)
{
    expect_hidden("# comment\n\n  leak:inner  \r\n\t# leak:plugin\n", "inner", NULL, "inner");
    cr_expect_eq(warnings, 0, "%s", warned);
    expect_hidden("race:foo\nleak:inner\nthread:bar\n", "inner", NULL, "inner");
    cr_expect_eq(warnings, 1, "one warning for all other types");
    cr_expect_not_null(strstr(warned, "FILE:1:"), "%s", warned);
    expect_hidden("leak:\n", NULL, NULL, NULL);
    cr_expect_eq(warnings, 1);
    expect_hidden("just text\n", NULL, NULL, NULL);
    cr_expect_eq(warnings, 1);
    expect_hidden("leak:foo # bar", NULL, NULL, NULL);
}

Test(suppress, groups_of_one_rule_have_one_pointer)
{
    struct lgc_finding *f = apply("leak:inner\n");
    cr_expect_eq(f->groups[0].suppressed_by, f->groups[2].suppressed_by);
}

Test(suppress, without_symbols_modules_still_match)
{
    struct lgc_suppress *s = lgc_suppress_new();
    struct lgc_finding *f = sample();
    lgc_suppress_add(s, "leak:prog\n", "FILE", NULL, NULL);
    cr_expect(lgc_suppress_apply(s, f, NULL, SAMPLE_USUAL));
    cr_expect_str_eq(f->groups[0].suppressed_by, "prog");
    cr_expect_null(f->groups[1].suppressed_by);
    cr_expect_null(f->groups[2].suppressed_by, "of a kind that is not listed");
    lgc_suppress_free(s);
}

Test(suppress, a_missing_file_is_said)
{
    struct lgc_suppress *s = lgc_suppress_new();
    cr_expect_not(lgc_suppress_add_file(s, "/nonexistent/rules", NULL, NULL));
    cr_expect_eq(errno, ENOENT);
    cr_expect_not(lgc_suppress_add_file(s, "/", NULL, NULL));
    cr_expect_eq(errno, EISDIR);
    cr_expect(lgc_suppress_add_file(s, "/dev/null", NULL, NULL));
    lgc_suppress_free(s);
}

/* 5000 rules against 10000 groups with a frame of a name of its own each. */
enum { RULES = 5000, GROUPS = 10000 };
static char names[GROUPS][80];

static size_t resolve_many(void *arg, const struct lgc_finding *finding,
                           const struct lgc_frame *frame, struct lgc_source *out, size_t max)
{
    (void)arg;
    (void)finding;
    (void)max;
    out[0] = (struct lgc_source){ names[frame->pc], "/src/common/file.cc", 1, 1, false };
    return 1;
}

Test(suppress, thousands_of_rules_are_fast, .timeout = 60)
{
    static struct lgc_frame frames[GROUPS];
    static struct lgc_group groups[GROUPS];
    struct lgc_symbolizer symbolizer = { resolve_many, NULL };
    struct lgc_finding f = { .ngroups = GROUPS, .groups = groups };
    struct lgc_suppress *s = lgc_suppress_new();
    char rule[100];
    struct timespec start, end;
    for (int i = 0; i < RULES; i++) {
        snprintf(rule, sizeof rule, "leak:std::map<common::Name*, thing_%d>::insert", i);
        lgc_suppress_add(s, rule, "FILE", NULL, NULL);
    }
    for (uint32_t i = 0; i < GROUPS; i++) {
        snprintf(names[i], sizeof names[i], "std::map<common::Name, thing_%u>::insert(int)", i);
        frames[i] = (struct lgc_frame){ i, LGC_NO_MODULE, false };
        groups[i] = (struct lgc_group){ .frames = &frames[i], .nframes = 1 };
    }
    clock_gettime(CLOCK_MONOTONIC, &start);
    cr_expect(lgc_suppress_apply(s, &f, &symbolizer, SAMPLE_ALL));
    clock_gettime(CLOCK_MONOTONIC, &end);
    for (int i = 0; i < GROUPS; i++)
        cr_expect_eq(groups[i].suppressed_by != NULL, i < RULES, "group %d", i);
    double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    cr_expect_lt(seconds, 5.0, "%f s", seconds);
    lgc_suppress_free(s);
}
