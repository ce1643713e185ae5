/* SPDX-License-Identifier: MIT
 * test_option.c: the option parser: every separator and quote, and each mistake
 * reported by name while the rest still counts. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/option.h"
#include "sample.h"

static struct lgc_options options;
static char said[8192];     /* "name=value;" of each mistake */
static unsigned mistakes;

static void note_bad(void *arg, const char *name, const char *value, const char *why)
{
    size_t n = strlen(said);
    cr_expect_str_eq(arg, "arg");
    cr_expect_not_null(why);
    mistakes++;
    snprintf(said + n, sizeof said - n, "%s=%s;", name, value != NULL ? value : "NULL");
}

static void parse(const char *text)
{
    static char arg[] = "arg";
    said[0] = '\0';
    mistakes = 0;
    lgc_option_defaults(&options);
    lgc_option_parse(&options, text, note_bad, arg);
}

Test(option, defaults_are_valid)
{
    parse(NULL);
    cr_expect_eq(mistakes, 0);
    cr_expect_eq(options.check_at_exit, 1);
    cr_expect_eq(options.malloc_context_size, 64);
    cr_expect_eq(options.symbolize_timeout, 30000000000u);
    cr_expect_eq(options.report_kinds, 3);
    cr_expect_str_eq(options.format, "text");
    cr_expect_str_eq(options.log_path, "");
    /* Each default again, as a user would write it. */
    for (unsigned i = 0; lgc_option_info(i) != NULL; i++) {
        const struct lgc_option_info *info = lgc_option_info(i);
        cr_expect(lgc_option_set(&options, info->name, info->def, note_bad, NULL), "%s",
                  info->name);
        cr_expect_eq(lgc_option_find(info->name), info);
    }
}

Test(option, all_separators)
{
    parse("exitcode=1:verbosity=2,use_tls=0 use_mmap=0\tmax_sites=5\nuse_stacks=0\r\n");
    cr_expect_eq(mistakes, 0, "%s", said);
    cr_expect_eq(options.exitcode, 1);
    cr_expect_eq(options.verbosity, 2);
    cr_expect_eq(options.use_tls, 0);
    cr_expect_eq(options.use_mmap, 0);
    cr_expect_eq(options.max_sites, 5);
    cr_expect_eq(options.use_stacks, 0);
}

Test(option, separators_alone_are_nothing)
{
    parse("::, \t\n:,,:");
    cr_expect_eq(mistakes, 0, "%s", said);
}

Test(option, comma_inside_a_value)
{
    parse("report_kinds=direct,possible:exitcode=3");
    cr_expect_eq(mistakes, 0, "%s", said);
    cr_expect_eq(options.report_kinds, 5);
    cr_expect_eq(options.exitcode, 3);
    parse("report_kinds=direct,possible,exitcode=4");
    cr_expect_eq(mistakes, 0, "%s", said);
    cr_expect_eq(options.report_kinds, 5);
    cr_expect_eq(options.exitcode, 4);
    parse("log_path=/a,b,,c,");
    cr_expect_str_eq(options.log_path, "/a,b,,c");
    parse("log_path=,exitcode=5");
    cr_expect_str_eq(options.log_path, "");
    cr_expect_eq(options.exitcode, 5);
}

Test(option, quotes)
{
    parse("log_path='/a b:c,exitcode=9':exitcode=6");
    cr_expect_eq(mistakes, 0, "%s", said);
    cr_expect_str_eq(options.log_path, "/a b:c,exitcode=9");
    cr_expect_eq(options.exitcode, 6);
    parse("log_path=\"it's\" exitcode=7");
    cr_expect_str_eq(options.log_path, "it's");
    cr_expect_eq(options.exitcode, 7);
    parse("log_path='a'\"'\"'b'");
    cr_expect_str_eq(options.log_path, "a'b");
    parse("log_path=it's:exitcode=8");
    cr_expect_str_eq(options.log_path, "it's");
    cr_expect_eq(options.exitcode, 8);
    parse("log_path='':exitcode=8");
    cr_expect_str_eq(options.log_path, "");
    cr_expect_eq(options.exitcode, 8);
}

Test(option, bad_quotes)
{
    parse("log_path='abc:exitcode=9");
    cr_expect_eq(mistakes, 1);
    cr_expect_str_eq(options.log_path, "");
    parse("log_path='abc'def:exitcode=9");
    cr_expect_eq(mistakes, 1);
    cr_expect_str_eq(options.log_path, "");
    cr_expect_eq(options.exitcode, 9);
}

Test(option, mistakes_are_named_and_the_rest_counts)
{
    parse("nonsense=1:exitcode=256:exitcode:exitcode=12:bare:=3:use_tls=maybe");
    cr_expect_str_eq(said,
        "nonsense=1;exitcode=256;exitcode=NULL;bare=NULL;=3;use_tls=maybe;");
    cr_expect_eq(options.exitcode, 12);
    cr_expect_eq(options.use_tls, 1, "a bad value leaves the option alone");
}

Test(option, the_last_one_wins)
{
    parse("exitcode=1:exitcode=2");
    cr_expect_eq(options.exitcode, 2);
}

Test(option, values_by_type)
{
    static const struct { const char *name, *good, *bad; } cases[] = {
        { "check_at_exit", "yes", "2" },
        { "max_sites", "1", "-1" },
        { "symbolize_timeout", "250ms", "1.5s" },
        { "report_kinds", "all", "direct,," },
        { "report_kinds", "definite", "Direct" },
        { "report_kinds", "none", "" },
        { "format", "json", "JSON" },
        { "exitcode", "255", "256" },
        { "snapshot", "fork", "Fork" },
        { "reclaim", "quarantine", "on" },
        { "min_age", "0", "-1" },
        { "malloc_context_size", "256", "257" },
        { "malloc_context_size", "1", "0" },
    };
    lgc_option_defaults(&options);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_expect(lgc_option_set(&options, cases[i].name, cases[i].good, NULL, NULL),
                  "%s=%s", cases[i].name, cases[i].good);
        cr_expect_not(lgc_option_set(&options, cases[i].name, cases[i].bad, NULL, NULL),
                      "%s=%s", cases[i].name, cases[i].bad);
    }
    cr_expect_eq(options.report_kinds, 0);
    cr_expect_str_eq(options.format, "json");
}

Test(option, dashes_for_underscores)
{
    cr_expect_eq(lgc_option_find("log-path"), lgc_option_find("log_path"));
    cr_expect_null(lgc_option_find("log-pat"));
    cr_expect_null(lgc_option_find("log-pathx"));
    cr_expect_null(lgc_option_find(""));
}

Test(option, long_texts)
{
    size_t n = LGC_OPTION_TEXT_MAX;
    char *text = calloc(1, 2 * n);
    strcpy(text, "log_path=");
    memset(text + 9, 'x', n - 1);
    parse(text);
    cr_expect_eq(mistakes, 0);
    cr_expect_eq(strlen(options.log_path), n - 1);
    memset(text + 9, 'x', n);
    strcpy(text + 9 + n, ":exitcode=5");
    parse(text);
    cr_expect_eq(mistakes, 1);
    cr_expect_str_eq(options.log_path, "");
    cr_expect_eq(options.exitcode, 5, "what follows a text that is too long still counts");
    memset(text, 'n', 100);
    strcpy(text + 100, "=1");
    parse(text);
    cr_expect_eq(mistakes, 1);
    free(text);
}

Test(option, many_commas_take_no_time, .timeout = 5)
{
    size_t n = 1 << 20;
    char *text = malloc(n + 20);
    strcpy(text, "log_path=");
    memset(text + 9, ',', n);
    strcpy(text + 9 + n, "x");
    parse(text);
    cr_expect_eq(mistakes, 1);
    free(text);
}

Test(option, help_names_every_option)
{
    struct lgc_out out;
    sample_open(&out);
    lgc_option_print_help(&out, "--");
    char *text = sample_close(&out);
    for (unsigned i = 0; lgc_option_info(i) != NULL; i++) {
        char name[100];
        snprintf(name, sizeof name, "  --%s=%s ", lgc_option_info(i)->name,
                 lgc_option_type_name(lgc_option_info(i)->type));
        cr_expect_not_null(strstr(text, name), "%s", name);
        cr_expect_not_null(strstr(text, lgc_option_info(i)->help), "%s", name);
    }
    free(text);
}
