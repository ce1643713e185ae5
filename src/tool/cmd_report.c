/* SPDX-License-Identifier: MIT
 * cmd_report.c: leaksgc report - a finding stream -> a report.
 *
 * The library starts it at the end of a check, with the stream as standard
 * input; a user can run it on a stream that was kept. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/num.h"
#include "dump/read.h"
#include "run/option.h"
#include "tool/commands.h"
#include "tool/opencensus.h"
#include "tool/render.h"
#include "tool/reporting.h"
#include "tool/secret.h"

enum { DEFAULT_LIMIT_SECONDS = 30 };

struct request {
    const struct lgc_command *command;
    struct lgc_render render;
    struct lgc_options options;     /* those of the table that make sense here */
    struct lgc_census *baseline;
    char *debug_path;               /* --debug-path, joined by ':'             */
};

void lgc_cmd_report_help(struct lgc_out *out)
{
    lgc_out_str(out,
        "  --format=FORMAT            one of:");
    for (unsigned i = 0; lgc_report_format_name(i) != NULL; i++)
        lgc_out_f(out, " %s", lgc_report_format_name(i));
    lgc_out_str(out,
        "\n"
        "  --report-kinds=KINDS       which to list: direct, indirect, possible, reachable,\n"
        "                             all, none (default: direct,indirect)\n"
        "  --suppressions=FILE        hide what its rules name; may be given more than once\n"
        "  --baseline=FILE            hide the leaks of an earlier report or heap dump\n"
        "  --print-suppressions=BOOL  list the rules that were used (default: 1)\n"
        "  --gen-suppressions=STYLE   print with each leak a suppression that hides it: valgrind or\n"
        "                             lsan\n"
        "  --report-name=NAME         stands for leaksgc in the first and last line of text\n"
        "  --encode-addresses=BOOL    show every address as a token, keyed by a password: that of\n"
        "                             LEAKSGC_PASSWORD, or of the file; without one show none\n"
        "  --encode-password-file=FILE\n"
        "                             the password is the contents of FILE\n"
        "  --say-clean                say it too if there is nothing to list\n"
        "  --stacks-only              write nothing but the stacks, each below the note that is its\n"
        "                             title; exit status 0\n"
        "  --no-symbols               do not look for functions and lines\n"
        "  --debug-path=DIR           look for separate debug files in DIR first, as well as in\n"
        "                             the directories of LEAKSGC_DEBUG_PATH\n"
        "  --time-limit=TIME          stop looking for names after TIME (default: 30s; 0: never)\n");
}

static void add_note(void *arg, const char *text)
{
    lgc_notes_add(arg, "%s", text);
}

static void add_suppressions(struct request *r, const char *path)
{
    if (!lgc_suppress_add_file(r->render.suppress, path, add_note, &r->render.notes))
        lgc_notes_add(&r->render.notes, "the suppressions %s could not be read (%s): nothing "
                      "is hidden by them", path, strerror(errno));
}

/* What cannot be read hides nothing: better all leaks than none. */
static void set_baseline(struct request *r, const char *path)
{
    r->baseline = lgc_opencensus(path);
    r->render.baseline = r->baseline;
    if (r->baseline == NULL)
        lgc_notes_add(&r->render.notes, "the baseline %s could not be read: nothing is hidden "
                      "by it", path);
}

static bool add_debug_path(struct request *r, const char *dir)
{
    char *joined = NULL, *real = realpath(dir, NULL);
    int n = asprintf(&joined, "%s%s%s", r->debug_path != NULL ? r->debug_path : "",
                     r->debug_path != NULL ? ":" : "", real != NULL ? real : dir);
    free(real);
    if (n < 0)
        return false;
    free(r->debug_path);
    r->debug_path = joined;
    return true;
}

static void remember_why(void *arg, const char *name, const char *value, const char *why)
{
    (void)name;
    (void)value;
    *(const char **)arg = why;
}

static int table_option(struct request *r, struct lgc_cli *cli, const char *value)
{
    static const char *const used[] = { "format", "report_kinds", "print_suppressions",
                                        "gen_suppressions", "report_name",
                                        "encode_addresses", "encode_password_file" };
    const struct lgc_option_info *info = lgc_option_find(cli->name);
    const char *why = NULL;
    bool known = false;
    for (size_t i = 0; info != NULL && i < sizeof used / sizeof used[0]; i++)
        known |= strcmp(info->name, used[i]) == 0;
    if (!known)
        return lgc_cli_unknown(cli);
    if (lgc_option_set(&r->options, info->name, value, remember_why, &why))
        return 0;
    return lgc_cli_usage(cli->command, "wrong value '%s' for --%s: %s", value, cli->name, why);
}

/* Options without a value. */
static bool is_flag(struct request *r, const struct lgc_cli *cli)
{
    if (lgc_cli_is(cli, "say-clean"))
        r->render.style.say_clean = true;
    else if (lgc_cli_is(cli, "no-symbols"))
        r->render.symbolize = false;
    else if (lgc_cli_is(cli, "stacks-only"))
        r->render.stacks_only = true;
    else
        return false;
    return true;
}

static bool takes_value(const struct lgc_cli *cli)
{
    static const char *const names[] = { "suppressions", "debug-path", "time-limit", "baseline" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (lgc_cli_is(cli, names[i]))
            return true;
    }
    return lgc_option_find(cli->name) != NULL;
}

static int read_option(struct request *r, struct lgc_cli *cli)
{
    if (is_flag(r, cli))
        return cli->value == NULL ? 0 : lgc_cli_odd_value(cli);
    if (!takes_value(cli))
        return lgc_cli_unknown(cli);
    const char *value = lgc_cli_value(cli);
    if (value == NULL)
        return lgc_cli_no_value(cli);
    if (lgc_cli_is(cli, "suppressions"))
        add_suppressions(r, value);
    else if (lgc_cli_is(cli, "baseline"))
        set_baseline(r, value);
    else if (lgc_cli_is(cli, "debug-path"))
        return add_debug_path(r, value) ? 0 : lgc_cli_no_memory();
    else if (!lgc_cli_is(cli, "time-limit"))
        return table_option(r, cli, value);
    else if (!lgc_num_duration(value, &r->render.limit_ns))
        return lgc_cli_usage(cli->command, "wrong value '%s' for --time-limit: "
                             "a time is wanted, as 250ms, 30s or 5m", value);
    return 0;
}

static struct lgc_finding *read_finding(const char *path)
{
    char why[256];
    FILE *in = path != NULL ? fopen(path, "re") : stdin;
    if (in == NULL) {
        lgc_cli_say("cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    struct lgc_finding *finding = lgc_dump_read(in, why, sizeof why);
    if (finding == NULL)
        lgc_cli_say("%s: %s; what the library hands to this command is wanted, 'leaksgc run' "
                    "finds leaks", path != NULL ? path : "standard input", why);
    if (in != stdin)
        fclose(in);
    return finding;
}

/* Rules compiled into the program stand behind those of the user: they are
 * older, and of two that match the first one counts. */
static void add_compiled_in(struct request *r)
{
    const struct lgc_finding *f = r->render.finding;
    for (size_t i = 0; i < f->nsuppressions; i++)
        lgc_suppress_add(r->render.suppress, f->suppressions[i], "the program", add_note,
                         &r->render.notes);
}

/* Each module with its debug file needs up to three descriptors. */
static void allow_many_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int make_report(struct request *r, const char *path, pid_t pid)
{
    const char *debug_path = getenv("LEAKSGC_DEBUG_PATH");
    if (debug_path != NULL && *debug_path != '\0' && !add_debug_path(r, debug_path))
        return lgc_cli_no_memory();
    if (lgc_report_format_binary(r->options.format) && !r->render.stacks_only
        && isatty(STDOUT_FILENO))
        return lgc_cli_usage(r->command, "the format %s is binary and standard output is a "
                             "terminal: redirect it to a file", r->options.format);
    r->render.finding = read_finding(path);
    if (r->render.finding == NULL)
        return LGC_EXIT_FAILED;
    if (pid != 0)
        r->render.finding->pid = (uint32_t)pid;
    if (r->options.encode_addresses || r->render.finding->encode)
        lgc_secret_encode(r->options.encode_password_file);
    add_compiled_in(r);
    r->render.format = r->options.format;
    /* Stacks are written, so looked up, whatever kind their group has. */
    r->render.style.kinds = r->render.stacks_only ? ~0u : (unsigned)r->options.report_kinds;
    r->render.style.suggest = (enum lgc_suggest)r->options.gen_suppressions;
    r->render.style.name = r->options.report_name;
    r->render.style.print_suppressions = r->options.print_suppressions != 0;
    r->render.debug_path = r->debug_path;
    allow_many_files();
    unsetenv("DEBUGINFOD_URLS");    /* libdwfl would ask the network */
    int status = lgc_render(&r->render, STDOUT_FILENO);
    lgc_dump_free(r->render.finding);
    return status;
}

static struct request the_request = { .render = { .symbolize = true,
    .limit_ns = DEFAULT_LIMIT_SECONDS * 1000000000ull } };

int lgc_reporting_begin(const struct lgc_command *command)
{
    the_request.command = command;
    lgc_option_defaults(&the_request.options);
    the_request.render.suppress = lgc_suppress_new();
    return the_request.render.suppress != NULL ? 0 : lgc_cli_no_memory();
}

int lgc_reporting_option(struct lgc_cli *cli) { return read_option(&the_request, cli); }
void lgc_reporting_say_clean(void) { the_request.render.style.say_clean = true; }
unsigned lgc_reporting_kinds(void) { return (unsigned)the_request.options.report_kinds; }
const char *lgc_reporting_format(void) { return the_request.options.format; }
int lgc_reporting_write(const char *path, pid_t pid) { return make_report(&the_request, path, pid); }
void lgc_reporting_end(void)
{
    lgc_suppress_free(the_request.render.suppress);
    lgc_census_free(the_request.baseline);
}
void lgc_reporting_help(struct lgc_out *out) { lgc_cmd_report_help(out); }

int lgc_cmd_report(const struct lgc_command *self, int argc, char **argv)
{
    struct lgc_cli cli = { .command = self, .argc = argc, .argv = argv, .next = 1 };
    int status = lgc_reporting_begin(self);
    while (status == 0 && lgc_cli_option(&cli))
        status = lgc_reporting_option(&cli);
    if (status == 0 && argc - cli.next > 1)
        status = lgc_cli_usage(self, "an argument too many: %s", argv[cli.next + 1]);
    if (status == 0) {
        const char *path = cli.next < argc ? argv[cli.next] : NULL;
        status = lgc_reporting_write(path != NULL && strcmp(path, "-") == 0 ? NULL : path, 0);
    }
    lgc_reporting_end();
    return status;
}
