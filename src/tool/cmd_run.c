/* SPDX-License-Identifier: MIT
 * cmd_run.c: leaksgc run - replaces itself by a program under the library.
 *
 * The tool does not stay as a parent: pid, signals, terminal and job control
 * are the program's own.  What the tool wants to say to the library stands in
 * the environment (environment.c).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/report.h"
#include "run/option.h"
#include "tool/commands.h"
#include "tool/environment.h"
#include "tool/library.h"
#include "tool/logfile.h"
#include "tool/program.h"

enum { DEFAULT_EXITCODE = 23, DEFAULT_VERBOSITY = 1, NOT_FOUND = 127, NOT_EXECUTABLE = 126 };

struct request {
    struct lgc_options given;       /* those of the command line            */
    struct lgc_options all;         /* with those of the environment        */
    char *options;                  /* the same: name='value':name='value'  */
    const char *library;
    const char *error;              /* why an option is wrong               */
};

/* ---- options ---------------------------------------------------------- */

static void remember_why(void *arg, const char *name, const char *value, const char *why)
{
    struct request *r = arg;
    (void)name;
    (void)value;
    r->error = why;
}

/* Names of files are meant relative to where the user stands now, not to where
 * the program will stand when the library opens them. */
static bool is_file_option(const char *name)
{
    static const char *const names[] = { "log_path", "suppressions", "tool", "dump_at_exit", "baseline",
                                         "encode_password_file" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

static char *absolute(const char *name, const char *value)
{
    char dir[PATH_MAX], doubled[2 * PATH_MAX], *path;
    bool as_it_is = !is_file_option(name) || *value == '/' || *value == '\0'
                 || strcmp(value, "stderr") == 0 || strcmp(value, "stdout") == 0
                 || strncmp(value, "%q{", 3) == 0;      /* may be absolute */
    if (as_it_is || getcwd(dir, sizeof dir) == NULL)
        return strdup(value);
    /* In these % has a meaning, also in the name of this directory. */
    bool expands = strcmp(name, "log_path") == 0 || strcmp(name, "dump_at_exit") == 0;
    size_t n = 0;
    for (const char *p = dir; *p != '\0'; p++) {
        if (*p == '%' && expands)
            doubled[n++] = '%';
        doubled[n++] = *p;
    }
    return asprintf(&path, "%.*s/%s", (int)n, doubled, value) >= 0 ? path : NULL;
}

/* Appends ":name='value'"; a ' in the value ends the quoted piece and stands
 * in one of its own: '..'"'"'..'. */
static bool add_option(struct request *r, const char *name, const char *value)
{
    size_t size;
    char *text = NULL;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return false;
    fprintf(out, "%s%s%s='", r->options != NULL ? r->options : "",
            r->options != NULL ? ":" : "", name);
    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '\'')
            fputs("'\"'\"'", out);
        else
            fputc(*p, out);
    }
    fputc('\'', out);
    if (fclose(out) != 0)
        return false;
    free(r->options);
    r->options = text;
    return true;
}

/* exitcode and verbosity concern this one process, not what it starts; they go
 * into LEAKSGC_RUN. */
static bool is_own(const char *name)
{
    return strcmp(name, "exitcode") == 0 || strcmp(name, "verbosity") == 0;
}

/* What LEAKSGC_RUN says is the library's last word.  So it must be what the
 * environment says, where the command line is silent; the library is the one
 * to complain of what is wrong there. */
static void set_own_defaults(struct request *r)
{
    lgc_option_defaults(&r->given);
    lgc_option_defaults(&r->all);
    r->all.exitcode = DEFAULT_EXITCODE;
    r->all.verbosity = DEFAULT_VERBOSITY;
    lgc_option_parse(&r->all, getenv("LSAN_OPTIONS"), NULL, NULL);
    lgc_option_parse(&r->all, getenv("LEAKSGC_OPTIONS"), NULL, NULL);
    r->given.exitcode = r->all.exitcode;
    r->given.verbosity = r->all.verbosity;
}

static int set_option(struct request *r, const struct lgc_command *self, const char *name,
                      const char *given)
{
    char *value = absolute(name, given);
    if (value == NULL)
        return lgc_cli_no_memory();
    int status = 0;
    if (!lgc_option_set(&r->given, name, value, remember_why, r))
        status = lgc_cli_usage(self, "wrong value '%s' for --%s: %s", given, name, r->error);
    else if (strcmp(name, "suppressions") == 0 && *value != '\0' && access(value, R_OK) != 0) {
        lgc_cli_say("cannot read the suppressions %s: %s; name a file of rules leak:PATTERN",
                    given, strerror(errno));
        status = LGC_EXIT_FAILED;
    } else if (strcmp(name, "baseline") == 0 && *value != '\0' && access(value, R_OK) != 0) {
        lgc_cli_say("cannot read the baseline %s: %s; name a JSON report or a heap dump", given,
                    strerror(errno));
        status = LGC_EXIT_FAILED;
    } else if (!is_own(name) && !add_option(r, name, value)) {
        status = lgc_cli_no_memory();
    }
    lgc_option_set(&r->all, name, value, NULL, NULL);
    free(value);
    return status;
}

static int table_option(struct request *r, struct lgc_cli *cli)
{
    const struct lgc_option_info *info = lgc_option_find(cli->name);
    if (info == NULL || strlen(cli->name) == 1)
        return lgc_cli_unknown(cli);
    const char *value = cli->value;
    if (value == NULL)
        value = info->type == LGC_OPTION_BOOL || info->type == LGC_OPTION_STYLE ? "1" : lgc_cli_value(cli);
    if (value == NULL)
        return lgc_cli_no_value(cli);
    return set_option(r, cli->command, info->name, value);
}

static int read_options(struct request *r, struct lgc_cli *cli)
{
    int status = 0;
    while (status == 0 && lgc_cli_option(cli)) {
        if (lgc_cli_is(cli, "q") || lgc_cli_is(cli, "quiet")) {
            r->given.verbosity = 0;
            if (cli->value != NULL)     /* as the o of -qo */
                status = lgc_cli_odd_value(cli);
        } else if (lgc_cli_is(cli, "o") || lgc_cli_is(cli, "output")) {
            const char *path = lgc_cli_value(cli);
            status = path != NULL ? set_option(r, cli->command, "log_path", path)
                                  : lgc_cli_no_value(cli);
        } else if (lgc_cli_is(cli, "library")) {
            r->library = lgc_cli_value(cli);
            if (r->library == NULL)
                status = lgc_cli_no_value(cli);
        } else {
            status = table_option(r, cli);
        }
    }
    return status;
}

void lgc_cmd_run_help(struct lgc_out *out)
{
    lgc_out_str(out,
        "  -q, --quiet                     say nothing if nothing leaked\n"
        "  -o, --output=FILE               the same as --log_path=FILE; FILE is emptied first unless\n"
        "                                  its name has a %p\n"
        "  --exitcode=N                    exit status if COMMAND succeeds but leaks (default: 23);\n"
        "                                  0: COMMAND's own\n"
        "  --library=PATH                  the libleaksgc.so to use\n"
        "\n"
        "and the options of LEAKSGC_OPTIONS ('-' is as good as '_'):\n");
    lgc_option_print_help(out, "--");
}

/* ---- the library ------------------------------------------------------ */

static int prepare(const struct request *r)
{
    char library[PATH_MAX];
    if (!lgc_library_find(r->library, library)) {
        const char *named = r->library != NULL ? r->library : getenv("LEAKSGC_LIBRARY");
        if (named != NULL && *named != '\0')
            lgc_cli_say("there is no library at %s, which %s names; without it the one beside "
                        "this tool is used", named,
                        r->library != NULL ? "--library" : "LEAKSGC_LIBRARY");
        else
            lgc_cli_say("libleaksgc.so is neither beside this tool nor in %s; "
                        "say where it is by --library=PATH or LEAKSGC_LIBRARY", LEAKSGC_LIBDIR);
        return LGC_EXIT_FAILED;
    }
    if (strpbrk(library, " :\t\n") != NULL) {
        lgc_cli_say("LD_PRELOAD cannot hold a path with blanks or colons: %s; "
                    "install or link the library elsewhere", library);
        return LGC_EXIT_FAILED;
    }
    struct lgc_own own = { r->given.exitcode, r->given.verbosity };
    return lgc_environment_set(library, r->options, own) ? 0 : lgc_cli_no_memory();
}

/* ---- the program ------------------------------------------------------ */

static int say_unusable(const char *name, int error)
{
    lgc_cli_say("%s: %s", name, error == ENOENT && strchr(name, '/') == NULL
                ? "command not found" : strerror(error));
    return error == ENOENT ? NOT_FOUND : NOT_EXECUTABLE;
}

/* As a shell: a text without #! is a script; an ELF file that this kernel
 * cannot run is none. */
static int become(const char *path, char **argv, int argc)
{
    execv(path, argv);
    if (errno == ENOEXEC && !lgc_program_is_elf(path)) {
        char **shell = calloc((size_t)argc + 2, sizeof *shell);
        if (shell != NULL) {
            shell[0] = strdup("/bin/sh");
            shell[1] = strdup(path);
            memcpy(shell + 2, argv + 1, (size_t)argc * sizeof *argv);   /* with the NULL */
            execv(shell[0], shell);
        }
        errno = ENOEXEC;
    }
    return say_unusable(argv[0], errno);
}

static bool spoils_terminal(const struct request *r)
{
    bool to_stderr = r->all.log_path[0] == '\0' || strcmp(r->all.log_path, "stderr") == 0;
    return to_stderr && lgc_report_format_binary(r->all.format) && isatty(STDERR_FILENO);
}

int lgc_cmd_run(const struct lgc_command *self, int argc, char **argv)
{
    static struct request r;
    struct lgc_cli cli = { .command = self, .argc = argc, .argv = argv, .next = 1 };
    char path[PATH_MAX], reason[256];
    set_own_defaults(&r);
    int status = read_options(&r, &cli);
    if (status != 0)
        return status;
    if (spoils_terminal(&r))
        return lgc_cli_usage(self, "the format %s is binary and standard error is a terminal: "
                             "name a file by -o FILE", r.all.format);
    if (cli.next >= argc)
        return lgc_cli_usage(self, "the command to run is missing");
    char **command = argv + cli.next;
    int error = lgc_program_find(command[0], path);
    if (error != 0)
        return say_unusable(command[0], error);
    if (lgc_program_untraceable(path, reason, sizeof reason))
        lgc_cli_say("%s cannot be traced: %s; running it untouched", command[0], reason);
    else
        status = prepare(&r);
    if (status != 0)
        return status;
    if (!lgc_logfile_begin(r.given.log_path))
        lgc_cli_say("cannot write the log %s: %s; reports go to standard error",
                    r.given.log_path, strerror(errno));
    return become(path, command, argc - cli.next);
}
