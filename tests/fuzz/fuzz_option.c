/* SPDX-License-Identifier: MIT
 * fuzz_option.c: any text as LEAKSGC_OPTIONS, and as a pattern for a file's name. */
#include <stdlib.h>
#include <string.h>

#include "base/filename.h"
#include "driver.h"
#include "report/report.h"
#include "run/option.h"

static const char *const words[] = {
    ":", ",", "=", "'", "\"", "'\"'\"'", "report_kinds=", "direct,", "all", "exitcode=", "256", "18446744073709551616",
    "-1", "0x10", "1h", "9999999999h", "format=", "pprof", "%q{", "}", "%p", "%n", "%h", "%%", "log_path=", NULL
};

static void bad(void *arg, const char *name, const char *value, const char *why)
{
    size_t *n = arg;
    *n += strlen(name) + (value != NULL ? strlen(value) : 0) + strlen(why);
}

/* Whatever was said, the options are such as the rest of the program expects. */
static void check(const struct lgc_options *o)
{
    if (o->exitcode > 255 || o->malloc_context_size < 1 || o->malloc_context_size > 256
        || o->check_at_exit > 1 || !lgc_report_format_known(o->format)
        || strnlen(o->log_path, sizeof o->log_path) == sizeof o->log_path
        || o->gen_suppressions > LGC_SUGGEST_LSAN || o->report_kinds > 15)
        abort();
}

static void check_name(const char *pattern)
{
    char path[64];
    memset(path, 'x', sizeof path);
    const char *why = lgc_filename_expand(pattern, path, sizeof path, 4000000000u);
    if (strnlen(path, sizeof path) == sizeof path || (why != NULL && path[0] != '\0'))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct lgc_options options;
    size_t said = 0;
    char *text = malloc(size + 1);
    if (text == NULL)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    lgc_option_defaults(&options);
    lgc_option_parse(&options, text, bad, &said);
    check(&options);
    check_name(text);
    check_name(options.log_path);
    free(text);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    uint64_t state = seed;
    size = fuzz_mutate_words(data, size, room, &state, words);
    return fuzz_mutate_bytes(data, size, room, &state);
}
