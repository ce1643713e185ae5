/* SPDX-License-Identifier: MIT
 * test_suppress.c: which names a pattern matches, which groups a rule hides, and
 * that thousands of rules stay fast. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/format.h"
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

static bool hanging;     /* group 1 hangs on group 0 */

static struct lgc_finding *apply(const char *rules)
{
    static char arg[] = "arg";
    static struct lgc_suppress *s;
    struct lgc_finding *f = sample();
    f->groups[1].nhangs = hanging;
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
    f->groups[1].nhangs = 0;
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
    out[0] = (struct lgc_source){ names[frame->pc], "/src/common/file.cc", 1, 1, false, NULL };
    return 1;
}

/* Each rule against each name would be 50 million.  What is allowed is ten for
 * each name, and as many for each rule. */
static void expect_few_tries(const struct lgc_suppress *s)
{
    cr_expect_lt(lgc_suppress_tries(s), 10 * (RULES + GROUPS), "%llu",
                 (unsigned long long)lgc_suppress_tries(s));
    cr_expect_gt(lgc_suppress_tries(s), RULES, "it counts");
}

Test(suppress, thousands_of_rules_are_fast, .timeout = 60)
{
    static struct lgc_frame frames[GROUPS];
    static struct lgc_group groups[GROUPS];
    struct lgc_symbolizer symbolizer = { resolve_many, NULL };
    struct lgc_finding f = { .ngroups = GROUPS, .groups = groups };
    struct lgc_suppress *s = lgc_suppress_new();
    char rule[100];
    for (int i = 0; i < RULES; i++) {
        snprintf(rule, sizeof rule, "leak:std::map<common::Name*, thing_%d>::insert", i);
        lgc_suppress_add(s, rule, "FILE", NULL, NULL);
    }
    for (uint32_t i = 0; i < GROUPS; i++) {
        snprintf(names[i], sizeof names[i], "std::map<common::Name, thing_%u>::insert(int)", i);
        frames[i] = (struct lgc_frame){ i, LGC_NO_MODULE, false, 0 };
        groups[i] = (struct lgc_group){ .frames = &frames[i], .nframes = 1 };
    }
    cr_expect(lgc_suppress_apply(s, &f, &symbolizer, SAMPLE_ALL));
    for (int i = 0; i < GROUPS; i++)
        cr_expect_eq(groups[i].suppressed_by != NULL, i < RULES, "group %d", i);
    expect_few_tries(s);
    lgc_suppress_free(s);
}

/* The same for blocks: all begin alike, and end alike. */
Test(suppress, thousands_of_blocks_are_fast, .timeout = 60)
{
    static struct lgc_frame frames[GROUPS][3];
    static struct lgc_group groups[GROUPS];
    struct lgc_symbolizer symbolizer = { resolve_many, NULL };
    struct lgc_finding f = { .ngroups = GROUPS, .groups = groups };
    struct lgc_suppress *s = lgc_suppress_new();
    char rule[300];
    for (int i = 0; i < RULES; i++) {
        snprintf(rule, sizeof rule, "{\n block %d\n Memcheck:Leak\n fun:malloc\n ...\n"
                 "fun:common_begin*\n fun:std::map<*thing_%d>::insert(int)\n ...\n fun:common_end\n}\n", i, i);
        lgc_suppress_add(s, rule, "FILE", NULL, NULL);
    }
    for (uint32_t i = 2; i < GROUPS; i++) {
        snprintf(names[i], sizeof names[i], "std::map<common::Name, thing_%u>::insert(int)", i);
        for (uint32_t k = 0; k < 3; k++)
            frames[i][k] = (struct lgc_frame){ k == 1 ? i : k / 2, LGC_NO_MODULE, false, 0 };
        groups[i] = (struct lgc_group){ .frames = frames[i], .nframes = 3 };
    }
    strcpy(names[0], "common_begin(int)");
    strcpy(names[1], "common_end");
    cr_expect(lgc_suppress_apply(s, &f, &symbolizer, SAMPLE_ALL));
    for (int i = 2; i < GROUPS; i++)
        cr_expect_eq(groups[i].suppressed_by != NULL, i < RULES, "group %d", i);
    expect_few_tries(s);
    lgc_suppress_free(s);
}

Test(suppress, globs)
{
    static const struct { const char *glob, *name; bool matches; } cases[] = {
        { "foo", "foo", true }, { "foo", "foox", false }, { "foo", "xfoo", false },
        { "f*", "foo", true }, { "*o", "foo", true }, { "*", "", true }, { "", "", true },
        { "", "x", false }, { "?", "x", true }, { "?", "", false }, { "f?o", "foo", true },
        { "*a*b*", "xxaxxbxx", true }, { "*a*b*", "xxbxxaxx", false }, { "a*b", "aXbX", false },
        { "*ab", "aab", true }, { "??*", "a", false }, { "_ZN*foo*", "_ZN3barfooEv", true },
        { "**", "x", true }, { "a**?", "ab", true }, { "a**?", "a", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_eq(lgc_pattern_glob(cases[i].glob, cases[i].name), cases[i].matches,
                     "'%s' on '%s'", cases[i].glob, cases[i].name);
}

/* The stack of group 0: inner and outer(int) in prog, plugin_init in plug-in.so, unknown. */
static bool block_hides(const char *frames)
{
    char text[500];
    snprintf(text, sizeof text, "{\n  a block\n  Memcheck:Leak\n%s\n}\n", frames);
    struct lgc_finding *f = apply(text);
    cr_expect_eq(warnings, 0, "%s", warned);
    if (f->groups[0].suppressed_by != NULL)
        cr_expect_str_eq(f->groups[0].suppressed_by, "a block");
    return f->groups[0].suppressed_by != NULL;
}

Test(suppress, blocks)
{
    cr_expect(block_hides("fun:inner"));
    cr_expect(block_hides("fun:inner\nfun:outer(int)\nfun:plugin_init"));
    cr_expect(block_hides("fun:in*\nfun:outer*"));
    cr_expect_not(block_hides("fun:outer(int)"), "not the innermost one");
    cr_expect_not(block_hides("fun:inner\nfun:plugin_init"), "one is left out");
    cr_expect(block_hides("...\nfun:outer(int)"));
    cr_expect(block_hides("fun:inner\n...\nfun:plugin_init"));
    cr_expect(block_hides("...\nfun:plugin_init\n..."));
    cr_expect(block_hides("fun:inner\n...\nfun:outer(int)"), "no frame at all");
    cr_expect_not(block_hides("...\nfun:plugin_init\n...\nfun:inner"));
    cr_expect(block_hides("..."), "everything");
    cr_expect(block_hides("...\n...\nobj:*"));
    cr_expect(block_hides("obj:/usr/bin/prog\nobj:*prog\nobj:*.so"));
    cr_expect_not(block_hides("obj:prog"), "the whole path");
    cr_expect(block_hides("src:a.c"));
    cr_expect(block_hides("src:a.c:12\nsrc:b.c:40"));
    cr_expect(block_hides("src:/src/a.c:12"));
    cr_expect_not(block_hides("src:a.c:13"));
    cr_expect_not(block_hides("src:c.c"));
    cr_expect(block_hides("fun:_Z5innerv"), "the mangled name");
    cr_expect(block_hides("fun:_Z5in*v\nfun:outer*"));
}

/* Here the stack begins with the caller of malloc, there with malloc. */
Test(suppress, the_allocation_function)
{
    cr_expect(block_hides("fun:malloc\nfun:inner"));
    cr_expect(block_hides("fun:_Znwm\nfun:inner"));
    cr_expect(block_hides("fun:*alloc\nfun:inner"));
    cr_expect(block_hides("fun:malloc\n...\nfun:plugin_init"));
    cr_expect(block_hides("obj:*/vgpreload_memcheck*.so\nfun:inner"));
    cr_expect(block_hides("fun:malloc"), "all that was allocated");
    cr_expect_not(block_hides("fun:malloc\nfun:outer(int)"));
    cr_expect_not(block_hides("fun:xmalloc\nfun:inner"));
}

Test(suppress, kinds_of_blocks)
{
    static const struct { const char *kinds; bool hides[4]; } cases[] = {
        { "definite", { true, false, false, false } },
        { "possible, indirect", { false, true, true, false } },
        { "indirect", { false, true, false, false } },
        { "reachable", { false, false, false, true } },
        { "all", { true, true, true, true } },
        { "none", { false, false, false, false } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[200];
        snprintf(text, sizeof text, "{\n block\n Memcheck:Leak\n match-leak-kinds: %s\n ...\n}\n",
                 cases[i].kinds);
        struct lgc_finding *f = apply(text);
        for (int k = 0; k < 4; k++)
            cr_expect_eq(f->groups[k].suppressed_by != NULL, cases[i].hides[k], "%s: %d",
                         cases[i].kinds, k);
    }
}

Test(suppress, both_ways_in_one_file)
{
    expect_hidden("# ours\nleak:nothing\n{\n one\n Memcheck:Leak\n fun:inner\n}\nleak:plugin_init\n",
                  "one", "plugin_init", "one");
    expect_hidden("leak:outer\n{\n one\n Memcheck:Leak\n fun:inner\n}\n", "outer", NULL, "outer");
}

/* Text, warnings, and what must stand in the first one. */
Test(suppress, wrong_blocks_are_said_with_their_line)
{
    static const struct { const char *text; unsigned warnings; const char *says; } cases[] = {
        { "{\n a\n Memcheck:Leak\n fun:inner\n", 1, "FILE:1: this block has no end" },
        { "\n{\n}\n", 1, "FILE:2: this block has no name" },
        { "{\n a\n}\n", 1, "FILE:1: this block has no name, or no kind" },
        { "{", 1, "FILE:1: this block has no name" },
        { "{\n a\n Memcheck:Leak\n}\n", 1, "FILE:1: this block has no frames" },
        { "{\n a\n no kind\n fun:inner\n}\n", 1, "FILE:3: no kind of error" },
        { "{\n a\n Memcheck:Leak\n inner\n}\n", 1, "FILE:4: no frame" },
        { "{\n a\n Memcheck:Leak\n fun:\n}\n", 1, "FILE:4: no frame" },
        { "{\n a\n Memcheck:Leak\n match-leak-kinds: some\n fun:inner\n}\n", 1, "FILE:4: no kinds" },
        { "}\n", 1, "FILE:1: no block" },
        { "{\n a\n Memcheck:Addr4\n fun:inner\n}\n{\n b\n Helgrind:Race\n fun:inner\n}\n", 1,
          "FILE:3: only blocks of kind Memcheck:Leak" },
        { "{\n a\n Memcheck:Param\n write(buf)\n fun:inner\n}\n", 1, "FILE:3: only blocks" },
        { "{\n a\n Addrcheck,Memcheck:Leak\n fun:nothing\n}\n", 0, "" },
        { "{\n\n# comment\n a\n\n Memcheck: Leak\n # more\n fun: nothing \r\n}\n", 0, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct lgc_finding *f = apply(cases[i].text);
        cr_expect_null(f->groups[0].suppressed_by, "case %zu", i);
        cr_expect_eq(warnings, cases[i].warnings, "case %zu: %s", i, warned);
        cr_expect_not_null(strstr(warned, cases[i].says), "case %zu: %s", i, warned);
    }
    expect_hidden("{\n a\n Memcheck:Leak\n bad\n}\nleak:inner\n", "inner", NULL, "inner");
}

/* Group 1 hangs on group 0 in the sample: 3 objects with 40 bytes. */
Test(suppress, what_hangs_on_a_hidden_group_is_hidden)
{
    hanging = true;
    expect_hidden("leak:^inner$\n", "^inner$", "^inner$", "^inner$");
    struct lgc_finding *f = apply("{\n a\n Memcheck:Leak\n match-leak-kinds: indirect\n ...\n}\n");
    cr_expect(f->groups[0].suppressed_by == NULL && f->groups[1].suppressed_by != NULL);
}

Test(suppress, a_group_that_hangs_in_part_is_split)
{
    static const struct lgc_hang hangs[] = { { 7, { 30, 2 } }, { 1, { 10, 1 } } };
    struct lgc_suppress *s = lgc_suppress_new();
    struct lgc_finding *f = sample();
    f->groups[1].hangs = hangs;
    f->groups[1].nhangs = 2;
    f->groups[1].fresh = (struct lgc_amount){ 40, 3 };
    lgc_suppress_add(s, "leak:^inner$\n", "FILE", NULL, NULL);
    cr_expect(lgc_suppress_apply(s, f, &sample_symbolizer, SAMPLE_USUAL));
    cr_assert_eq(f->ngroups, 5);
    cr_expect_null(f->groups[1].suppressed_by);
    cr_expect(f->groups[1].amount.bytes == 30 && f->groups[1].amount.objects == 2);
    cr_expect(f->groups[1].fresh.bytes == 30 && f->groups[1].fresh.objects == 2);
    cr_expect(f->groups[4].amount.bytes == 10 && f->groups[4].amount.objects == 1);
    cr_expect_eq(f->groups[4].suppressed_by, f->groups[0].suppressed_by);
    lgc_suppress_free(s);
}

/* A damaged stream may claim anything. */
Test(suppress, absurd_hangs_do_no_harm)
{
    static const struct lgc_hang hangs[] = { { 1, { ~0ull, 1 } }, { 1, { 5, ~0ull } }, { 0, { 1, 1 } } };
    struct lgc_suppress *s = lgc_suppress_new();
    struct lgc_finding *f = sample();
    f->groups[1].hangs = hangs;
    f->groups[1].nhangs = 3;
    f->groups[1].number = 1;
    f->groups[3].number = 1;
    lgc_suppress_add(s, "leak:^inner$\n", "FILE", NULL, NULL);
    cr_expect(lgc_suppress_apply(s, f, &sample_symbolizer, SAMPLE_USUAL));
    cr_expect_leq(f->groups[1].amount.bytes, 40);
    cr_expect_leq(f->groups[1].amount.objects, 3);
    lgc_suppress_free(s);
}

/* ---- suppressions that are suggested ---------------------------------- */

static char *suggest(const struct lgc_finding *f, size_t group, enum lgc_suggest way)
{
    struct lgc_report_style style = { .kinds = SAMPLE_ALL, .suggest = way };
    struct lgc_out out;
    struct lgc_format_job job = { &out, f, &sample_symbolizer, &style };
    sample_open(&out);
    lgc_format_suggest(&job, &f->groups[group], lgc_out_str);
    return sample_close(&out);
}

Test(suppress, suggestions)
{
    char *text = suggest(sample(), 0, LGC_SUGGEST_VALGRIND), *body = strstr(text, "\n   Memcheck");
    cr_assert_not_null(body, "%s", text);
    cr_expect_str_eq(body, "\n   Memcheck:Leak\n   match-leak-kinds: definite\n   fun:_Z5innerv\n"
                     "   fun:outer(int)\n   fun:plugin_init\n   obj:*\n}\n");
    free(text);
    text = suggest(sample(), 0, LGC_SUGGEST_LSAN);
    cr_expect_str_eq(text, "leak:^inner$\n");
    free(text);
    text = suggest(sample(), 3, LGC_SUGGEST_VALGRIND);
    cr_expect_str_eq(text, "", "a block without frames would hide everything");
    free(text);
    text = suggest(sample(), 0, LGC_SUGGEST_NO);
    cr_expect_str_eq(text, "");
    free(text);
}

/* Stacks of up to 3 out of few names, each a trap: every suggestion hides its
 * own group and those of the same names and kind, and no other. */
enum { TRAPS = 9, DEPTH = 3, STACKS = 200 };
static const char *const traps[TRAPS] = { "main", "malloc", "operator*", " blank ", "a\nb", "x}", "f(int)",
                                          "\xff\xc3\xa4", NULL };

static size_t resolve_trap(void *arg, const struct lgc_finding *finding,
                           const struct lgc_frame *frame, struct lgc_source *out, size_t max)
{
    (void)arg;
    (void)finding;
    (void)max;
    out[0] = (struct lgc_source){ traps[frame->pc], NULL, 0, 0, false, NULL };
    return traps[frame->pc] != NULL;
}

/* What is below main does not matter, nor what is below all frames of a. */
static bool same_stack(const struct lgc_group *a, const struct lgc_group *b)
{
    if (a->kind != b->kind)
        return false;
    for (uint32_t k = 0; k < a->nframes; k++) {
        const char *name = traps[a->frames[k].pc];
        if (k >= b->nframes || (a->frames[k].pc != b->frames[k].pc && name != NULL))
            return false;
        if (name != NULL && strcmp(name, "main") == 0)
            return true;
    }
    return true;
}

Test(suppress, a_suggestion_hides_what_it_was_made_from_and_no_other)
{
    static struct lgc_frame frames[STACKS][DEPTH];
    static struct lgc_group groups[STACKS];
    struct lgc_symbolizer symbolizer = { resolve_trap, NULL };
    struct lgc_report_style style = { .kinds = SAMPLE_ALL, .suggest = LGC_SUGGEST_VALGRIND };
    struct lgc_finding f = { .ngroups = STACKS, .groups = groups };
    uint32_t random = 1;
    for (int i = 0; i < STACKS; i++) {
        groups[i] = (struct lgc_group){ .frames = frames[i], .kind = (enum lgc_kind)(i & 1) };
        groups[i].nframes = 1 + (uint32_t)i % DEPTH;
        for (uint32_t k = 0; k < groups[i].nframes; k++) {
            random = random * 1664525 + 1013904223;
            frames[i][k] = (struct lgc_frame){ random >> 16 & 0x7fff, LGC_NO_MODULE, false, 0 };
            frames[i][k].pc %= TRAPS;
        }
    }
    for (int i = 0; i < STACKS; i++) {
        struct lgc_suppress *s = lgc_suppress_new();
        struct lgc_out out;
        struct lgc_format_job job = { &out, &f, &symbolizer, &style };
        sample_open(&out);
        lgc_format_suggest(&job, &groups[i], lgc_out_str);
        char *text = sample_close(&out);
        warnings = 0;
        cr_expect(lgc_suppress_add(s, text, "FILE", warn, (char[]){ "arg" }));
        cr_expect_eq(warnings, 0, "%s%s", text, warned);
        cr_expect(lgc_suppress_apply(s, &f, &symbolizer, SAMPLE_ALL));
        for (int k = 0; k < STACKS; k++) {
            cr_expect_eq(groups[k].suppressed_by != NULL, same_stack(&groups[i], &groups[k]),
                         "group %d by %s", k, text);
            groups[k].suppressed_by = NULL;
        }
        free(text);
        lgc_suppress_free(s);
    }
}
