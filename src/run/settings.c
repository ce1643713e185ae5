/* SPDX-License-Identifier: MIT
 * settings.c: gathers the options from every place that may set them. */
#include "run/settings.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/address.h"
#include "base/msg.h"
#include "base/num.h"
#include "leaksgc.h"

struct lgc_options lgc_settings;

static bool abort_on_leak, read_before, started;
static char tool[LGC_OPTION_TEXT_MAX];

/* What a program may define to choose its own defaults. */
extern const char *__lsan_default_options(void) __attribute__((weak));
extern const char *__leaksgc_default_options(void) __attribute__((weak));

bool lgc_settings_wanted(void)
{
    const char *value = secure_getenv("GC_FIND_LEAK");

    return value != NULL && strcmp(value, "0") != 0;
}

static void say_bad(void *arg, const char *name, const char *value, const char *why)
{
    const char *place = arg != NULL ? "__leaksgc_default_options" : "LEAKSGC_OPTIONS";

    if (value == NULL)
        lgc_msg("%s: %s: %s; ignored", place, name, why);
    else
        lgc_msg("%s: %s=%s: %s; the default stays", place, name, value, why);
}

/* A program's options for LeakSanitizer are no errors of ours: the names that
 * we share are taken, the others are passed over in silence. */
static void keep_quiet(void *arg, const char *name, const char *value, const char *why)
{
    (void)arg;
    (void)name;
    (void)value;
    (void)why;
}

/* LeakSanitizer writes to log_path.PID, and CTest and others look for that. */
static void add_pid(void)
{
    char *path = lgc_settings.log_path;
    size_t n = strlen(path);

    if (n == 0 || strcmp(path, "stderr") == 0 || strcmp(path, "stdout") == 0 ||
        strchr(path, '%') != NULL || n + sizeof ".%p" > sizeof lgc_settings.log_path)
        return;
    memcpy(path + n, ".%p", sizeof ".%p");
}

/* "pid:exitcode:verbosity" of `leaksgc run`; it holds for that process only,
 * not for the programs that it starts.  The last word: the tool has looked
 * into the environment too, and -q must win over what it found there. */
static void read_run(const char *text)
{
    uint64_t value[3] = { 0, 0, 0 };
    char part[32];

    for (int i = 0; text != NULL && i < 3; i++) {
        size_t n = strcspn(text, ":");

        if (n >= sizeof part)
            return;
        memcpy(part, text, n);
        part[n] = '\0';
        if (!lgc_num_count(part, &value[i]))
            return;
        text = text[n] == ':' ? text + n + 1 : NULL;
    }
    started = value[0] != 0 && value[0] != (uint64_t)getpid();
    if (value[0] != (uint64_t)getpid())
        return;
    lgc_settings.exitcode = value[1] & 255;
    lgc_settings.verbosity = value[2];
}

static void read_tool(const char *path)
{
    if (path != NULL && strlen(path) < sizeof tool)
        memcpy(tool, path, strlen(path) + 1);
}

void lgc_settings_read(void)
{
    if (read_before)
        lgc_option_defaults(&lgc_settings);
    else
        lgc_option_fill(&lgc_settings);
    read_before = true;
    lgc_option_parse(&lgc_settings, secure_getenv("LSAN_OPTIONS"), keep_quiet, NULL);
    if (__lsan_default_options != NULL)
        lgc_option_parse(&lgc_settings, __lsan_default_options(), keep_quiet, NULL);
    add_pid();
    if (__leaksgc_default_options != NULL)
        lgc_option_parse(&lgc_settings, __leaksgc_default_options(), say_bad,
                         &lgc_settings /* not NULL: the program's own */);
    lgc_option_parse(&lgc_settings, secure_getenv("LEAKSGC_OPTIONS"), say_bad, NULL);
    read_run(secure_getenv("LEAKSGC_RUN"));
    read_tool(secure_getenv("LEAKSGC_TOOL"));
    if (lgc_settings.encode_addresses)
        lgc_address_hide(); /* the tool makes tokens; this process knows no key */
    abort_on_leak = secure_getenv("GC_ABORT_ON_LEAK") != NULL;
    if (lgc_settings.help) {
        struct lgc_out out;

        lgc_out_init(&out, STDERR_FILENO);
        lgc_option_print_help(&out, "");
        lgc_out_flush(&out);
    }
}

bool lgc_settings_started(void) { return started; }
bool lgc_settings_abort(void) { return abort_on_leak; }
const char *lgc_settings_tool(void) { return tool; }
