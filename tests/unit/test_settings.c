/* SPDX-License-Identifier: MIT
 * test_settings.c: run/settings gathers the options, each place overriding the ones before. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "run/settings.h"

/* What the program itself says; empty unless a test sets it. */
static const char *of_program = "", *of_program_to_lsan = "";
const char *__leaksgc_default_options(void);
const char *__leaksgc_default_options(void) { return of_program; }
const char *__lsan_default_options(void);
const char *__lsan_default_options(void) { return of_program_to_lsan; }

static char complaints[32768];

/* Reads the settings; what they say to the user is kept. */
static void read_settings(void)
{
    int saved = dup(STDERR_FILENO), file = memfd_create("stderr", 0);
    dup2(file, STDERR_FILENO);
    lgc_settings_read();
    dup2(saved, STDERR_FILENO);
    ssize_t n = pread(file, complaints, sizeof complaints - 1, 0);
    complaints[n > 0 ? n : 0] = '\0';
    close(saved);
    close(file);
}

static void clean(void)
{
    static const char *const names[] = { "GC_FIND_LEAK", "GC_ABORT_ON_LEAK", "LSAN_OPTIONS",
        "LEAKSGC_OPTIONS", "LEAKSGC_RUN", "LEAKSGC_TOOL" };
    for (int i = 0; i < 6; i++)
        unsetenv(names[i]);
}

TestSuite(settings, .init = clean);

Test(settings, the_defaults)
{
    struct lgc_options defaults;
    memset(&defaults, 0, sizeof defaults);
    lgc_option_defaults(&defaults);
    read_settings();
    cr_expect_eq(memcmp(&defaults, &lgc_settings, sizeof defaults), 0);
    cr_expect_str_eq(complaints, "");
    cr_expect_not(lgc_settings_abort());
    cr_expect_str_eq(lgc_settings_tool(), "");
}

Test(settings, whether_leaks_are_looked_for)
{
    cr_expect_not(lgc_settings_wanted());
    setenv("GC_FIND_LEAK", "0", 1);
    cr_expect_not(lgc_settings_wanted());
    setenv("GC_FIND_LEAK", "1", 1);
    cr_expect(lgc_settings_wanted());
    setenv("GC_FIND_LEAK", "", 1);
    cr_expect(lgc_settings_wanted());
}

Test(settings, each_place_overrides_the_ones_before)
{
    setenv("LSAN_OPTIONS", "exitcode=1:max_sites=1:verbosity=1:symbolize=0", 1);
    of_program_to_lsan = "max_sites=2:verbosity=2";
    of_program = "max_sites=3:exitcode=3:malloc_context_size=3";
    setenv("LEAKSGC_OPTIONS", "max_sites=4:malloc_context_size=4", 1);
    read_settings();
    cr_expect_eq(lgc_settings.symbolize, 0);
    cr_expect_eq(lgc_settings.verbosity, 2);
    cr_expect_eq(lgc_settings.exitcode, 3);
    cr_expect_eq(lgc_settings.max_sites, 4);
    cr_expect_eq(lgc_settings.malloc_context_size, 4);
    cr_expect_str_eq(complaints, "");
}

Test(settings, what_is_wrong_is_said_once_with_its_place)
{
    setenv("LEAKSGC_OPTIONS", "max_sites=many:nonsense=1:nonsense", 1);
    of_program = "exitcode=256";
    read_settings();
    cr_expect_not_null(strstr(complaints, "LEAKSGC_OPTIONS: max_sites=many: "));
    cr_expect_not_null(strstr(complaints, "LEAKSGC_OPTIONS: nonsense=1: "));
    cr_expect_not_null(strstr(complaints, "LEAKSGC_OPTIONS: nonsense: "));
    cr_expect_not_null(strstr(complaints, "__leaksgc_default_options: exitcode=256: "));
    int lines = 0;
    for (const char *c = complaints; *c != '\0'; c++)
        lines += *c == '\n';
    cr_expect_eq(lines, 4);
    cr_expect_eq(lgc_settings.max_sites, 1000000, "the default stays");
    cr_expect_eq(lgc_settings.exitcode, 0);
}

Test(settings, leak_sanitizers_options_are_no_errors)
{
    setenv("LSAN_OPTIONS", "report_objects=1:suppressions=some.supp:max_sites=x", 1);
    of_program_to_lsan = "fast_unwind_on_malloc=0";
    read_settings();
    cr_expect_str_eq(complaints, "");
    cr_expect_str_eq(lgc_settings.suppressions, "some.supp");
    cr_expect_eq(lgc_settings.max_sites, 1000000);
}

static void set_run(long pid, const char *rest)
{
    char value[64];
    snprintf(value, sizeof value, "%ld%s", pid, rest);
    setenv("LEAKSGC_RUN", value, 1);
}

Test(settings, what_leaksgc_run_left_holds_for_this_process_only)
{
    set_run(getpid(), ":23:2");
    read_settings();
    cr_expect_eq(lgc_settings.exitcode, 23);
    cr_expect_eq(lgc_settings.verbosity, 2);
    set_run(getpid() + 1, ":23:2");
    read_settings();
    cr_expect_eq(lgc_settings.exitcode, 0);
    cr_expect_eq(lgc_settings.verbosity, 0);
    set_run(getpid(), ":23:2");
    setenv("LEAKSGC_OPTIONS", "exitcode=5:verbosity=1", 1);
    read_settings();
    cr_expect_eq(lgc_settings.exitcode, 23, "it comes last");
    cr_expect_eq(lgc_settings.verbosity, 2);
    set_run(getpid(), ":23:0");
    read_settings();
    cr_expect_eq(lgc_settings.verbosity, 0, "-q wins over what was inherited");
}

Test(settings, nonsense_from_leaksgc_run_is_passed_over)
{
    static const char *const rests[] = { ":x:2", "x", ":", ":1:y", "::", ":1111111111111111111111111111111111" };
    for (int i = 0; i < 6; i++) {
        set_run(getpid(), rests[i]);
        read_settings();
        cr_expect_eq(lgc_settings.exitcode, 0, "%s", rests[i]);
        cr_expect_eq(lgc_settings.verbosity, 0, "%s", rests[i]);
    }
    set_run(getpid(), ":9");
    read_settings();
    cr_expect_eq(lgc_settings.exitcode, 9);
}

Test(settings, abort_and_tool)
{
    static char long_path[2 * LGC_OPTION_TEXT_MAX];
    setenv("GC_ABORT_ON_LEAK", "", 1);
    setenv("LEAKSGC_TOOL", "/some/where", 1);
    read_settings();
    cr_expect(lgc_settings_abort());
    cr_expect_str_eq(lgc_settings_tool(), "/some/where");
    memset(long_path, '/', sizeof long_path - 1);
    setenv("LEAKSGC_TOOL", long_path, 1);
    unsetenv("GC_ABORT_ON_LEAK");
    read_settings();
    cr_expect_str_eq(lgc_settings_tool(), "/some/where", "one too long is not cut off");
    cr_expect_not(lgc_settings_abort());
}

Test(settings, help_lists_every_option)
{
    setenv("LEAKSGC_OPTIONS", "help=1", 1);
    read_settings();
    for (unsigned i = 0; lgc_option_info(i) != NULL; i++)
        cr_expect_not_null(strstr(complaints, lgc_option_info(i)->name), "%s", lgc_option_info(i)->name);
}
