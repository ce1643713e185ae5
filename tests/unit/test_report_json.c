/* SPDX-License-Identifier: MIT
 * test_report_json.c: the JSON report, read back by a parser that is not ours. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"

static json_t *report(struct lgc_finding *f, unsigned kinds, bool names)
{
    struct lgc_report_style style = { .kinds = kinds, .say_clean = false, .print_suppressions = true };
    struct lgc_out out;
    json_error_t error;
    sample_open(&out);
    cr_expect(lgc_report_write(&out, "json", f, names ? &sample_symbolizer : NULL, &style));
    char *text = sample_close(&out);
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(json, "%s at %d: %s", error.text, error.position, text);
    cr_expect_eq(text[strlen(text) - 1], '\n');
    free(text);
    return json;
}

static json_t *get(json_t *json, const char *key)
{
    json_t *value = json_object_get(json, key);
    cr_assert_not_null(value, "the key %s is missing", key);
    return value;
}

#define expect_int(json, key, value) cr_expect_eq(json_integer_value(get(json, key)), value)
#define expect_str(json, key, value) cr_expect_str_eq(json_string_value(get(json, key)), value)
#define expect_null(json, key) cr_expect(json_is_null(get(json, key)))

Test(report_json, head_and_summary)
{
    json_t *json = report(sample(), SAMPLE_USUAL, true);
    expect_str(json, "tool", "leaksgc");
    cr_expect(json_is_string(get(json, "version")));
    expect_int(json, "pid", 4711);
    expect_int(json, "check", 3);
    expect_str(json, "time", "2023-11-14T22:13:20.123456789Z");
    expect_str(json, "reason", "exit");
    expect_str(json, "exe", "/usr/bin/prog");
    expect_int(json, "pause_ns", 5000);
    expect_int(json, "duration_ns", 70000);
    expect_int(json, "stopped_threads", 2);
    expect_str(json, "way", "fork");
    expect_null(json, "way_reason");
    expect_int(json, "snapshot_bytes", 8192);
    cr_expect(json_is_false(get(json, "only_new")));
    json_t *leak = json_array_get(get(json, "leaks"), 0), *growth = get(leak, "growth");
    expect_int(get(leak, "new"), "bytes", 60);
    expect_int(growth, "bytes_per_hour", 7200);
    expect_int(growth, "checks", 2);
    expect_null(json_array_get(get(json, "leaks"), 1), "growth");
    expect_int(get(json, "live"), "bytes", 5147);
    json_t *summary = get(json, "summary");
    expect_int(get(summary, "direct"), "bytes", 100);
    expect_int(get(summary, "direct"), "objects", 2);
    expect_int(get(summary, "indirect"), "bytes", 40);
    expect_int(get(summary, "possible"), "objects", 1);
    expect_int(get(summary, "reachable"), "bytes", 5000);
    expect_int(get(summary, "suppressed"), "bytes", 0);
    expect_int(get(summary, "new"), "objects", 1);
    cr_expect_eq(json_array_size(get(json, "suspects")), 0);
    cr_expect_eq(json_array_size(get(json, "leaks")), 2, "only the kinds of the style");
    cr_expect_str_eq(json_string_value(json_array_get(get(json, "notes"), 0)),
                     "2 threads did not stop");
    json_decref(json);
}

Test(report_json, one_leak)
{
    json_t *json = report(sample(), SAMPLE_USUAL, true);
    json_t *leak = json_array_get(get(json, "leaks"), 0);
    expect_str(leak, "kind", "direct");
    expect_int(leak, "bytes", 100);
    expect_int(leak, "objects", 2);
    expect_int(get(leak, "held"), "bytes", 40);
    cr_expect_eq(json_string_length(get(leak, "fingerprint")), 16);
    expect_str(leak, "first_time", "2023-11-14T22:13:20.000000000Z");
    expect_str(leak, "last_time", "2023-11-14T22:13:21.500000000Z");
    expect_int(leak, "last_reachable_check", 2);
    expect_int(leak, "found_check", 3);
    json_t *threads = get(leak, "threads");
    cr_expect_eq(json_array_size(threads), 2);
    expect_int(json_array_get(threads, 1), "id", 2);
    expect_int(json_array_get(threads, 1), "tid", 4712);
    expect_str(json_array_get(threads, 1), "tag", "the \"worker\"");
    expect_null(json_array_get(threads, 0), "tag");
    json_decref(json);
}

Test(report_json, frames)
{
    json_t *json = report(sample(), SAMPLE_USUAL, true);
    json_t *frames = get(json_array_get(get(json, "leaks"), 0), "frames");
    cr_assert_eq(json_array_size(frames), 4);
    json_t *inlined = json_array_get(frames, 0), *plugin = json_array_get(frames, 2);
    json_t *unknown = json_array_get(frames, 3);
    expect_str(inlined, "function", "inner");
    expect_str(inlined, "file", "/src/a.c");
    expect_int(inlined, "line", 12);
    expect_int(inlined, "column", 3);
    expect_str(inlined, "module", "/usr/bin/prog");
    expect_str(inlined, "offset", "0x234");
    expect_str(inlined, "pc", "0x1234");
    cr_expect(json_is_true(get(inlined, "inlined")));
    cr_expect(json_is_false(get(json_array_get(frames, 1), "inlined")));
    expect_null(json_array_get(frames, 1), "column");
    expect_null(plugin, "file");
    expect_null(plugin, "line");
    expect_str(plugin, "offset", "0x10");
    cr_expect(json_is_true(get(plugin, "unloaded")));
    expect_null(unknown, "function");
    expect_null(unknown, "module");
    expect_null(unknown, "offset");
    json_decref(json);
}

Test(report_json, nothing_found_is_an_object_too)
{
    struct lgc_finding empty = { .pid = 1 };
    json_t *json = report(&empty, SAMPLE_USUAL, false);
    cr_expect_eq(json_array_size(get(json, "leaks")), 0);
    cr_expect_eq(json_array_size(get(json, "notes")), 0);
    expect_null(json, "exe");
    expect_null(json, "time");
    json_decref(json);
}

Test(report_json, hostile_texts)
{
    struct lgc_finding *f = sample();
    struct lgc_module module = sample_modules[0];
    module.path = "/\"\\\n\xff\x01";
    f->exe = module.path;
    f->modules = &module;
    f->nmodules = 1;
    json_t *json = report(f, SAMPLE_ALL, false);
    expect_str(json, "exe", "/\"\\\n\xef\xbf\xbd\x01");
    json_decref(json);
}

Test(report_json, suppressed)
{
    struct lgc_finding *f = sample();
    f->groups[0].suppressed_by = "in\"ner";
    json_t *json = report(f, SAMPLE_ALL, true);
    cr_expect_eq(json_array_size(get(json, "leaks")), 3);
    expect_int(get(get(json, "summary"), "direct"), "bytes", 0);
    expect_int(get(get(json, "summary"), "suppressed"), "bytes", 100);
    json_t *used = json_array_get(get(json, "suppressions"), 0);
    expect_str(used, "pattern", "in\"ner");
    expect_int(used, "bytes", 100);
    expect_int(used, "objects", 2);
    json_decref(json);
}

static const char *fingerprint(struct lgc_finding *f, bool names)
{
    static char text[8][17];
    static unsigned next;
    char *to = text[next++ % 8];
    lgc_report_fingerprint(f, &f->groups[0], names ? &sample_symbolizer : NULL, to);
    return to;
}

Test(report_json, fingerprints_survive_addresses_and_kinds)
{
    struct lgc_frame frames[2] = { sample_frames[0], sample_frames[2] };
    struct lgc_module module = sample_modules[0];
    struct lgc_finding *f = sample();
    f->modules = &module;
    f->nmodules = 1;
    f->groups[0].frames = frames;
    f->groups[0].nframes = 2;
    const char *plain = fingerprint(f, false), *named = fingerprint(f, true);
    cr_expect_str_neq(plain, named);
    f->groups[0].kind = LGC_KIND_INDIRECT;
    f->groups[0].amount.bytes++;
    cr_expect_str_eq(plain, fingerprint(f, false));
    /* Loaded elsewhere, from elsewhere; the unknown frame moved. */
    module.bias += 0x10000;
    module.path = "/other/prog";
    frames[0].pc += 0x10000;
    frames[1].pc = 0xbeef;
    cr_expect_str_eq(plain, fingerprint(f, false));
    /* Another place in the module is another site. */
    frames[0].pc++;
    cr_expect_str_neq(plain, fingerprint(f, false));
    /* And so is a shorter stack. */
    frames[0].pc--;
    f->groups[0].nframes = 1;
    cr_expect_str_neq(plain, fingerprint(f, false));
}

Test(report_json, sections_apart_from_the_leaks)
{
    static const char *const keys[LGC_SECTION_COUNT] = {
        [LGC_SECTION_SUSPECT] = "suspects", [LGC_SECTION_THREAD] = "unjoined_threads",
        [LGC_SECTION_RECLAIMED] = "reclaimed", [LGC_SECTION_FALSE] = "false_leaks",
    };
    for (unsigned s = LGC_SECTION_LOSS + 1; s < LGC_SECTION_COUNT; s++) {
        struct lgc_finding *f = sample();
        f->groups[1].section = (enum lgc_section)s;
        json_t *json = report(f, SAMPLE_USUAL, true);
        cr_expect_eq(json_array_size(get(json, "leaks")), 1);
        cr_assert_eq(json_array_size(get(json, keys[s])), 1);
        expect_int(json_array_get(get(json, keys[s]), 0), "bytes", 40);
        json_decref(json);
    }
}
