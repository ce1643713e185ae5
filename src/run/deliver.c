/* SPDX-License-Identifier: MIT
 * deliver.c: sends the finding through the tool, and its report to the log. */
#include "run/deliver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/filename.h"
#include "base/msg.h"
#include "base/out.h"
#include "base/sys.h"
#include "dump/write.h"
#include "report/report.h"
#include "run/log.h"
#include "run/settings.h"
#include "run/spawn.h"
#include "world/module.h"

/* What the tool may take beyond its own time limit. */
#define TOOL_GRACE_NS 10000000000u
enum { PATH_SIZE = LGC_DELIVER_PATH };

/* What a tool may be called, relative to the folder of this library. */
static const char *const beside[] = { "leaksgc", "../leaksgc", "../bin/leaksgc",
                                      "../../bin/leaksgc" };

static bool join(char *path, const char *folder, size_t n, const char *name)
{
    if (n + strlen(name) + 2 > PATH_SIZE)
        return false;
    memcpy(path, folder, n);
    path[n] = '/';
    memcpy(path + n + 1, name, strlen(name) + 1);
    return lgc_sys_access(path, X_OK) == 0;
}

static bool beside_library(char *path)
{
    long m = lgc_module_find((uintptr_t)&lgc_deliver, lgc_module_generation());
    const char *library = m < 0 ? NULL : lgc_module_at((size_t)m)->path, *slash;

    if (library == NULL || (slash = strrchr(library, '/')) == NULL)
        return false;
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++)
        if (join(path, library, (size_t)(slash - library), beside[i]))
            return true;
    return false;
}

static bool on_path(char *path)
{
    const char *p = getenv("PATH");

    while (p != NULL && *p != '\0') {
        size_t n = strcspn(p, ":");

        if (n > 0 && join(path, p, n, "leaksgc"))
            return true;
        p += n + (p[n] == ':');
    }
    return false;
}

bool lgc_deliver_find_tool(char path[LGC_DELIVER_PATH])
{
    const char *named = lgc_settings.tool[0] != '\0' ? lgc_settings.tool : lgc_settings_tool();

    if (getauxval(AT_SECURE) != 0)
        return false; /* set-uid: the environment chooses no program for us */
    if (named[0] != '\0') {
        memcpy(path, named, strlen(named) + 1);
        if (lgc_sys_access(path, X_OK) == 0)
            return true;
        lgc_msg("%s: no such tool; reports have no function names", named);
        return false;
    }
    return beside_library(path) ||
           join(path, LEAKSGC_BINDIR, strlen(LEAKSGC_BINDIR), "leaksgc") || on_path(path);
}

static int memory_file(void)
{
    return (int)syscall(SYS_memfd_create, "leaksgc", 1u /* MFD_CLOEXEC */);
}

bool lgc_deliver_file_name(const char *pattern, char path[LGC_DELIVER_PATH])
{
    static uint32_t number; /* of files that this process names */
    const char *why = lgc_filename_expand(pattern, path, LGC_DELIVER_PATH, ++number);

    if (why != NULL)
        lgc_msg("%s: %s", pattern, why);
    errno = EINVAL;
    return why == NULL;
}

/* lgc_log_fn of what lies in the memory file *arg. */
static bool copy(void *arg, struct lgc_out *out)
{
    char buf[16384];
    int from = *(int *)arg;
    ssize_t n;

    lgc_sys_lseek(from, 0, SEEK_SET);
    while ((n = lgc_sys_read(from, buf, sizeof buf)) > 0)
        lgc_out_bytes(out, buf, (size_t)n);
    return lgc_out_flush(out);
}

/* Where the report goes, and whether a terminal would have had to take it. */
static struct { unsigned how; bool refused; } target; /* under the check lock */

static void write_report(lgc_log_fn *write, void *arg)
{
    bool binary = lgc_report_format_binary(lgc_settings.format);

    target.refused = !lgc_log_write(write, arg, target.how | (binary ? LGC_LOG_BINARY : 0));
}

static void copy_to_log(int from) { write_report(copy, &from); }

struct tool_call {
    char path[PATH_SIZE], format[64], suppressions[LGC_OPTION_TEXT_MAX + 32];
    char baseline[LGC_OPTION_TEXT_MAX + 32];
    char password[LGC_OPTION_TEXT_MAX + 32];
    char kinds[80], limit[64], print[32], suggest[32], name[LGC_OPTION_TEXT_MAX + 32];
    char *argv[20];
};
static struct tool_call call; /* too large for a stack; under the check lock  */

/* "name=value" */
static char *text(char *to, size_t size, const char *name, const char *value)
{
    struct lgc_out out;

    lgc_out_init(&out, -1);
    lgc_out_f(&out, "%s=%s", name, value);
    if (out.used >= size)
        out.used = size - 1;
    memcpy(to, out.buf, out.used);
    to[out.used] = '\0';
    return to;
}

static const char *kinds_text(void)
{
    static const char *const name[] = { "direct,", "indirect,", "possible,", "reachable," };
    static char list[64];

    list[0] = '\0';
    for (int k = 0; k < LGC_KIND_COUNT; k++)
        if (lgc_settings.report_kinds >> k & 1)
            strcat(list, name[k]);
    if (list[0] == '\0')
        return "none";
    list[strlen(list) - 1] = '\0';
    return list;
}

/* The name of the file alone; the password is nobody's argument.  Each call of the
 * tool's `report` ends with it. */
static void end_call(int n)
{
    if (lgc_settings.encode_addresses && lgc_settings.encode_password_file[0] != '\0')
        call.argv[n++] = text(call.password, sizeof call.password, "--encode-password-file",
                              lgc_settings.encode_password_file);
    call.argv[n] = NULL;
}

static void build_call(void)
{
    struct lgc_out limit;
    int n = 0;

    lgc_out_init(&limit, -1);
    lgc_out_f(&limit, "--time-limit=%luns", (unsigned long)lgc_settings.symbolize_timeout);
    memcpy(call.limit, limit.buf, limit.used);
    call.limit[limit.used] = '\0';
    call.argv[n++] = call.path;
    call.argv[n++] = (char *)"report";
    call.argv[n++] = text(call.format, sizeof call.format, "--format", lgc_settings.format);
    call.argv[n++] = text(call.kinds, sizeof call.kinds, "--report-kinds", kinds_text());
    call.argv[n++] = call.limit;
    call.argv[n++] = text(call.print, sizeof call.print, "--print-suppressions",
                          lgc_settings.print_suppressions ? "1" : "0");
    if (lgc_settings.gen_suppressions != LGC_SUGGEST_NO)
        call.argv[n++] = text(call.suggest, sizeof call.suggest, "--gen-suppressions",
                              lgc_settings.gen_suppressions == LGC_SUGGEST_LSAN ? "lsan" : "valgrind");
    call.argv[n++] = text(call.name, sizeof call.name, "--report-name", lgc_settings.report_name);
    if (lgc_settings.suppressions[0] != '\0')
        call.argv[n++] = text(call.suppressions, sizeof call.suppressions, "--suppressions",
                              lgc_settings.suppressions);
    if (lgc_settings.baseline[0] != '\0')
        call.argv[n++] = text(call.baseline, sizeof call.baseline, "--baseline",
                              lgc_settings.baseline);
    if (lgc_settings.verbosity > 0)
        call.argv[n++] = (char *)"--say-clean";
    if (!lgc_settings.symbolize)
        call.argv[n++] = (char *)"--no-symbols";
    end_call(n);
}

/* The stream has the real addresses, and says that they are not to be shown. */
static bool write_stream(struct lgc_out *out, const struct lgc_finding *finding)
{
    struct lgc_finding f = *finding;

    f.encode = lgc_settings.encode_addresses != 0;
    return lgc_dump_write(out, &f);
}

static int run_tool(int in, int out)
{
    struct lgc_spawn spawn;

    if (lgc_spawn_start(&spawn, call.path, call.argv, in, out,
                        lgc_settings.symbolize_timeout + TOOL_GRACE_NS))
        return lgc_spawn_finish(&spawn);
    lgc_msg("the leaksgc tool could not be started (%s): no function names",
            strerrordesc_np(-spawn.pid));
    return -1;
}

/* Has the tool turn the finding into text, which deliver(fd) then gets.
 * Returns its exit status; another than 0 and 1: it did not do its work. */
static int by_tool(const struct lgc_finding *finding, void (*deliver)(int fd))
{
    struct lgc_out out;
    int in = memory_file(), text_fd = memory_file(), status = -1;

    lgc_out_init(&out, in);
    if (in < 0 || text_fd < 0 || !write_stream(&out, finding)) {
        lgc_msg("the finding could not be handed to the leaksgc tool (%s): no function names",
                strerrordesc_np(out.failed ? out.error : errno));
    } else {
        lgc_sys_lseek(in, 0, SEEK_SET);
        status = run_tool(in, text_fd);
        if (status == 0 || status == 1)
            deliver(text_fd);
    }
    lgc_sys_close(in);
    lgc_sys_close(text_fd);
    return status;
}

struct plain { const struct lgc_finding *finding; struct lgc_report_style style; };

static bool write_plain(void *arg, struct lgc_out *out)
{
    const struct plain *p = arg;

    return lgc_report_write(out, lgc_settings.format, p->finding, NULL, &p->style);
}

static bool without_tool(const struct lgc_finding *finding)
{
    struct plain plain = { finding, {
        .kinds = (unsigned)lgc_settings.report_kinds, .say_clean = lgc_settings.verbosity > 0,
        .suggest = (enum lgc_suggest)lgc_settings.gen_suppressions,
        .name = lgc_settings.report_name,
    } };

    write_report(write_plain, &plain);
    return lgc_report_leaked(&plain.style, finding).objects > 0;
}

static bool to_be_said(const struct lgc_finding *finding)
{
    return finding->ngroups > 0 || lgc_settings.verbosity > 0 ||
           strcmp(lgc_settings.format, "text") != 0;
}

/* Whether it lists anything. */
static bool deliver(const struct lgc_finding *finding)
{
    if (lgc_deliver_find_tool(call.path)) {
        int status;

        build_call();
        status = by_tool(finding, copy_to_log);
        if (status == 0 || status == 1)
            return status == 1;
    }
    if (lgc_settings.suppressions[0] != '\0' || finding->nsuppressions > 0)
        lgc_msg("without the leaksgc tool suppressions are not applied");
    return without_tool(finding);
}

/* Bytes that are no text would only spoil a terminal. */
static void choose_text(void)
{
    lgc_msg("format=%s is binary and does not go to a terminal: name a file by log_path; "
            "this report is text", lgc_settings.format);
    memcpy(lgc_settings.format, "text", sizeof "text");
}

/* The log did not take it: text instead, this time. */
static void deliver_text(const struct lgc_finding *finding)
{
    static char format[sizeof lgc_settings.format];

    memcpy(format, lgc_settings.format, sizeof format);
    choose_text();
    target.how = LGC_LOG_STDERR;
    deliver(finding);
    memcpy(lgc_settings.format, format, sizeof format);
}

bool lgc_deliver(const struct lgc_finding *finding)
{
    bool listed;

    if (lgc_report_format_binary(lgc_settings.format) && lgc_log_is_stderr() && lgc_sys_isatty(STDERR_FILENO))
        choose_text();
    if (!to_be_said(finding))
        return false;
    target.how = 0;
    target.refused = false;
    listed = deliver(finding);
    if (target.refused)
        deliver_text(finding);
    return listed;
}

bool lgc_deliver_stream(const struct lgc_finding *finding, int fd)
{
    struct lgc_out out;

    lgc_out_init(&out, fd);
    if (write_stream(&out, finding))
        return true;
    errno = out.error;
    return false;
}

struct line { const char *text; size_t n; };

static bool write_line(void *arg, struct lgc_out *out)
{
    const struct line *line = arg;

    lgc_out_f(out, "==%d==leaksgc: ", (int)getpid());
    lgc_out_bytes(out, line->text, line->n);
    lgc_out_char(out, '\n');
    return lgc_out_flush(out);
}

void lgc_deliver_line(const char *text, size_t n)
{
    struct line line = { text, n };

    lgc_log_write(write_line, &line,
                  strcmp(lgc_settings.format, "text") == 0 ? 0 : LGC_LOG_STDERR);
}

static void copy_to_stderr(int from) { lgc_log_write(copy, &from, LGC_LOG_STDERR); }

void lgc_deliver_stacks(const struct lgc_finding *finding)
{
    struct lgc_out out;
    int status = -1;

    if (lgc_deliver_find_tool(call.path)) {
        call.argv[0] = call.path;
        call.argv[1] = (char *)"report";
        call.argv[2] = (char *)"--stacks-only";
        call.argv[3] = (char *)"--time-limit=10s";
        end_call(4);
        status = by_tool(finding, copy_to_stderr);
    }
    if (status == 0)
        return;
    lgc_out_init(&out, STDERR_FILENO);
    lgc_report_write_stacks(&out, finding, NULL);
}
