/* SPDX-License-Identifier: MIT
 * test_report_text.c: the text report, to the letter: other tools parse it. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"

static char *report(struct lgc_finding *f, unsigned kinds, bool clean, bool names)
{
    struct lgc_report_style style = { .kinds = kinds, .say_clean = clean, .print_suppressions = true };
    struct lgc_out out;
    sample_open(&out);
    cr_expect(lgc_report_write(&out, "text", f, names ? &sample_symbolizer : NULL, &style));
    return sample_close(&out);
}

static void expect_report(struct lgc_finding *f, unsigned kinds, bool clean, bool names,
                          const char *expected)
{
    char *text = report(f, kinds, clean, names);
    cr_expect_str_eq(text, expected);
    free(text);
}

#define HEAD "\n=================================================================\n" \
    "==4711==ERROR: leaksgc: detected memory leaks\n\n"
#define CHECK "==4711== leaksgc: check 3 (exit): 2 thread(s) stood still for 0.005 ms; it took " \
    "0.070 ms by fork; new since check 2: 60 byte(s) in 1 object(s)\n"
#define NOTES "NOTE: 2 threads did not stop\n"

Test(report_text, usual)
{
    expect_report(sample(), SAMPLE_USUAL, false, true, HEAD
        "Direct leak of 100 byte(s) in 2 object(s) allocated from:"
        " (+60 byte(s), +1 object(s)) [holds 40 byte(s) in 3 indirect object(s)]\n"
        "    #0 0x1234 in inner /src/a.c:12:3\n"
        "    #1 0x1234 in outer(int) /src/b.c:40\n"
        "    #2 0x20010 in plugin_init (/opt/my lib/100%/plug-in.so+0x10) [unloaded]\n"
        "    #3 0xdead (<unknown module>) [recursion: these 2 calls repeat]\n"
        "    allocated 2023-11-14T22:13:20.000000000Z .. 2023-11-14T22:13:21.500000000Z"
        " by threads 1 (main), 2 (the \"worker\")\n"
        "    reachable in check 2, lost since check 3\n"
        "    grew by 7200 byte(s) per hour over 2 checks\n"
        "\n"
        "Indirect leak of 40 byte(s) in 3 object(s) allocated from:\n"
        "    #0 0x20010 in plugin_init (/opt/my lib/100%/plug-in.so+0x10) [unloaded]\n"
        "    #1 0xdead (<unknown module>) [recursion: these 2 calls repeat]\n"
        "    allocated 2023-11-14T22:13:20.000000000Z by thread 2 (the \"worker\")\n"
        "    lost since check 3\n"
        "\n"
        CHECK NOTES
        "SUMMARY: leaksgc: 140 byte(s) leaked in 5 allocation(s).\n");
}

Test(report_text, possible_without_names)
{
    expect_report(sample(), 1u << LGC_KIND_POSSIBLE, false, false, HEAD
        "Possible leak of 7 byte(s) in 1 object(s) allocated from:\n"
        "    #0 0x1234 (/usr/bin/prog+0x234) (BuildId: 00112233445566778899)\n"
        "    allocated 2023-11-14T22:13:20.000000000Z\n"
        "\n"
        CHECK NOTES
        "SUMMARY: leaksgc: 7 byte(s) leaked in 1 allocation(s).\n");
}

Test(report_text, reachable_is_no_leak)
{
    struct lgc_finding *f = sample();
    f->total[LGC_KIND_DIRECT] = f->total[LGC_KIND_INDIRECT] = (struct lgc_amount){ 0, 0 };
    f->ngroups = 1;
    f->groups[0] = sample_groups[3];
    f->nnotes = 0;
    expect_report(f, SAMPLE_ALL, false, false,
        "==4711== leaksgc: no leaks: 5000 byte(s) in 50 object(s) are still reachable.\n"
        "Still reachable: 5000 byte(s) in 50 object(s) allocated from:\n"
        "    <empty stack>\n"
        "\n" CHECK);
}

Test(report_text, clean_says_nothing_unless_asked)
{
    struct lgc_finding *f = sample();
    f->ngroups = 0;
    f->total[LGC_KIND_DIRECT] = f->total[LGC_KIND_INDIRECT] = (struct lgc_amount){ 0, 0 };
    expect_report(f, SAMPLE_USUAL, false, true, "");
    expect_report(f, SAMPLE_USUAL, true, true,
        "==4711== leaksgc: no leaks: 5000 byte(s) in 50 object(s) are still reachable.\n" CHECK NOTES);
}

Test(report_text, leaks_that_are_not_new_or_left_out_are_not_denied)
{
    struct lgc_finding *f = sample();
    f->ngroups = 0;
    f->total[LGC_KIND_DIRECT] = (struct lgc_amount){ 100, 2 };
    f->total[LGC_KIND_INDIRECT] = (struct lgc_amount){ 40, 3 };
    char *text = report(f, SAMPLE_USUAL, true, true);
    cr_expect_not_null(strstr(text, ": 140 byte(s) in 5 object(s) were found lost, and are not listed here.\n"));
    free(text);
    f->only_new = true;
    text = report(f, SAMPLE_USUAL, true, true);
    cr_expect_not_null(strstr(text, "nothing new: 140 byte(s) in 5 object(s) were lost before.\n"));
    free(text);
}

Test(report_text, unlisted_leaks_are_not_denied)
{
    char *text = report(sample(), 1u << LGC_KIND_REACHABLE, true, true);
    cr_expect_null(strstr(text, "no leaks"));
    cr_expect_not_null(strstr(text, "140 byte(s) in 5 object(s) are lost"));
    free(text);
}

Test(report_text, how_the_first_check_went)
{
    struct lgc_finding *f = sample();
    f->check = 1;
    f->way = "stop";
    f->way_reason = "fork: Cannot allocate memory";
    f->pause_ns = 12345678;
    char *text = report(f, SAMPLE_ALL, true, true);
    cr_expect_not_null(strstr(text, "==4711== leaksgc: check 1 (exit): 2 thread(s) stood still for "
        "12.345 ms; it took 0.070 ms by stop (fork: Cannot allocate memory)\n"), "%s", text);
    cr_expect_null(strstr(text, "(+"), "everything is new in the first check");
    free(text);
}

Test(report_text, sections_apart_from_the_leaks)
{
    static const char *const heads[LGC_SECTION_COUNT] = {
        [LGC_SECTION_SUSPECT] = "Suspect, reachable and growing: 100 byte(s) in 2 object(s) allocated from: (+60",
        [LGC_SECTION_THREAD] = "Thread leak of 100 byte(s) in 2 object(s) (their stacks): ended, ",
        [LGC_SECTION_RECLAIMED] = "Reclaimed: 100 byte(s) in 2 object(s) allocated from:",
        [LGC_SECTION_FALSE] = "False leak, in use after all: 100 byte(s) in 2 object(s) allocated from:",
    };
    for (unsigned s = LGC_SECTION_LOSS + 1; s < LGC_SECTION_COUNT; s++) {
        struct lgc_finding *f = sample();
        f->ngroups = 1;
        f->groups[0].section = (enum lgc_section)s;
        char *text = report(f, SAMPLE_USUAL, false, true);
        bool leaked = s == LGC_SECTION_THREAD;
        cr_expect_not_null(strstr(text, heads[s]), "%s", text);
        cr_expect_null(strstr(text, "Direct leak"));
        cr_expect_eq(strstr(text, "SUMMARY: leaksgc: 100 byte(s) leaked in 2") != NULL, leaked, "%s", text);
        free(text);
        f->groups[0].suppressed_by = "x";
        text = report(f, SAMPLE_USUAL, true, true);
        cr_expect_null(strstr(text, heads[s]), "%s", text);
        free(text);
    }
}

Test(report_text, suppressed_groups_count_in_their_table_only)
{
    static const char pattern[] = "plugin_*";
    struct lgc_finding *f = sample();
    f->groups[1].suppressed_by = pattern;
    f->groups[2].suppressed_by = pattern;
    char *text = report(f, SAMPLE_ALL, false, true);
    cr_expect_null(strstr(text, "Indirect leak"));
    cr_expect_null(strstr(text, "Possible leak"));
    cr_expect_not_null(strstr(text,
        "-----------------------------------------------------\n"
        "Suppressions used:\n"
        "  count      bytes template\n"
        "      4         47 plugin_*\n"
        "-----------------------------------------------------\n"));
    cr_expect_not_null(strstr(text, "SUMMARY: leaksgc: 100 byte(s) leaked in 2 allocation(s).\n"));
    free(text);
}

Test(report_text, many_threads_are_cut_short)
{
    static uint32_t ids[12] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
    struct lgc_finding *f = sample();
    f->groups[0].threads = ids;
    f->groups[0].nthreads = 12;
    char *text = report(f, 1, false, true);
    cr_expect_not_null(strstr(text, " 7, 8 and 4 more\n"), "%s", text);
    free(text);
}

Test(report_text, times_of_all_ages)
{
    static const struct { int64_t ns; const char *text; } cases[] = {
        { 1, "1970-01-01T00:00:00.000000001Z" },
        { -1, "1969-12-31T23:59:59.999999999Z" },
        { 951782400000000000, "2000-02-29T00:00:00.000000000Z" },
        { 951868799999999999, "2000-02-29T23:59:59.999999999Z" },
        { 4107542400000000000, "2100-03-01T00:00:00.000000000Z" },
        { 1709164800000000000, "2024-02-29T00:00:00.000000000Z" },
        { 1735689599000000000, "2024-12-31T23:59:59.000000000Z" },
        { INT64_MAX, "2262-04-11T23:47:16.854775807Z" },
        { INT64_MIN, "1677-09-21T00:12:43.145224192Z" },
    };
    struct lgc_finding *f = sample();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f->groups[0].first_time_ns = f->groups[0].last_time_ns = cases[i].ns;
        char *text = report(f, 1, false, true);
        cr_expect_not_null(strstr(text, cases[i].text), "%s in %s", cases[i].text, text);
        free(text);
    }
}

Test(report_text, a_failed_write_is_said)
{
    struct lgc_report_style style = { .kinds = SAMPLE_ALL, .say_clean = true, .print_suppressions = true };
    struct lgc_out out;
    lgc_out_init(&out, -1);
    cr_expect_not(lgc_report_write(&out, "text", sample(), NULL, &style));
}

Test(report_text, formats_by_name)
{
    cr_expect(lgc_report_format_known("text"));
    cr_expect(lgc_report_format_known("json"));
    cr_expect_not(lgc_report_format_known("Text"));
    cr_expect_not(lgc_report_format_known(""));
    cr_expect_str_eq(lgc_report_format_name(0), "text");
    cr_expect_null(lgc_report_format_name(1000));
}

Test(report_text, leaked_leaves_out_reachable_and_suppressed)
{
    struct lgc_report_style style = { .kinds = SAMPLE_ALL, .say_clean = false, .print_suppressions = false };
    struct lgc_finding *f = sample();
    cr_expect_eq(lgc_report_leaked(&style, f).bytes, 147);
    f->groups[0].suppressed_by = "x";
    cr_expect_eq(lgc_report_leaked(&style, f).objects, 4);
}

Test(report_text, leaked_is_what_is_fresh_where_only_that_is_wanted)
{
    struct lgc_report_style style = { .kinds = SAMPLE_ALL, .say_clean = false, .print_suppressions = false };
    struct lgc_finding *f = sample();
    f->only_new = true;
    cr_expect_eq(lgc_report_leaked(&style, f).bytes, 60);
    cr_expect_eq(lgc_report_leaked(&style, f).objects, 1);
}

Test(report_text, stacks_below_their_notes)
{
    struct lgc_finding *f = sample();
    struct lgc_out out;
    f->groups[0].suppressed_by = "x";
    sample_open(&out);
    cr_expect(lgc_report_write_stacks(&out, f, &sample_symbolizer));
    char *text = sample_close(&out);
    cr_expect_str_eq(text,
        "2 threads did not stop\n"
        "    #0 0x1234 in inner /src/a.c:12:3\n"
        "    #1 0x1234 in outer(int) /src/b.c:40\n"
        "    #2 0x20010 in plugin_init (/opt/my lib/100%/plug-in.so+0x10) [unloaded]\n"
        "    #3 0xdead (<unknown module>) [recursion: these 2 calls repeat]\n"
        "    #0 0x20010 in plugin_init (/opt/my lib/100%/plug-in.so+0x10) [unloaded]\n"
        "    #1 0xdead (<unknown module>) [recursion: these 2 calls repeat]\n"
        "    #0 0x1234 in inner /src/a.c:12:3\n"
        "    #1 0x1234 in outer(int) /src/b.c:40\n"
        "    <empty stack>\n");
    free(text);
}

Test(report_text, stacks_without_notes_and_names)
{
    struct lgc_finding *f = sample();
    struct lgc_out out;
    f->nnotes = 0;
    f->ngroups = 1;
    f->groups[0].nframes = 1;
    sample_open(&out);
    cr_expect(lgc_report_write_stacks(&out, f, NULL));
    char *text = sample_close(&out);
    cr_expect_str_eq(text, "    #0 0x1234 (/usr/bin/prog+0x234) (BuildId: 00112233445566778899)\n");
    free(text);
    lgc_out_init(&out, -1);
    cr_expect_not(lgc_report_write_stacks(&out, f, NULL));
}
