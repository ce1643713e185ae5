/* SPDX-License-Identifier: MIT
 * main.c: the table of commands, and the way to them. */
#include <leaksgc.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/cli.h"
#include "tool/commands.h"

static const struct lgc_command commands[] = {
    { "run", lgc_cmd_run, "[OPTIONS] [--] COMMAND [ARGUMENTS...]",
      "Runs COMMAND with leak finding on and reports at its end.", lgc_cmd_run_help },
    { "leaks", lgc_cmd_leaks, "[OPTIONS] PROCESS",
      "Checks a live process now and reports what it has lost.", lgc_cmd_leaks_help },
    { "lost", lgc_cmd_lost, "PROCESS",
      "Counts what a live process has lost, by kind, size, age and thread.", NULL },
    { "gc", lgc_cmd_gc, "[OPTIONS] PROCESS",
      "Checks a live process on a schedule; one line each, the report last.", lgc_cmd_gc_help },
    { "heap", lgc_cmd_heap, "[OPTIONS] PROCESS",
      "Shows the heap of a live process and the sites that hold most of it.",
      lgc_cmd_heap_help },
    { "top", lgc_cmd_top, "[OPTIONS] PROCESS",
      "Shows the same, live in the terminal.", lgc_cmd_top_help },
    { "optimize", lgc_cmd_optimize, "[OPTIONS] PROCESS",
      "Frees what a live process has surely lost, and names the sites that churn.",
      lgc_cmd_optimize_help },
    { "report", lgc_cmd_report, "[OPTIONS] [FILE]",
      "Reads what a check found from FILE or standard input and writes a report.",
      lgc_cmd_report_help },
    { "dump", lgc_cmd_dump, "[OPTIONS] PROCESS FILE",
      "Writes a heap dump of a live process; it holds real addresses.", lgc_cmd_dump_help },
    { "parse", lgc_cmd_parse, "[OPTIONS] DUMP",
      "Reads a heap dump: its leaks, sites, retained sizes, and who holds what.",
      lgc_cmd_parse_help },
    { "diff", lgc_cmd_diff, "[OPTIONS] A B",
      "Compares two heap dumps or JSON reports by site: new, grown, shrunk, gone.",
      lgc_cmd_diff_help },
    { "pack", lgc_cmd_pack, "--output=FILE",
      "Reads a heap as the library sends it from standard input and writes a heap dump.",
      lgc_cmd_pack_help },
    { "encode", lgc_cmd_encode, "[OPTIONS] ADDRESS...",
      "Prints the tokens that stand for addresses with encode_addresses=1.",
      lgc_cmd_encode_help },
    { "options", lgc_cmd_options, "",
      "Lists the options that LEAKSGC_OPTIONS and 'leaksgc run' understand.", NULL },
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static const struct lgc_command *find_command(const char *name)
{
    for (unsigned i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

static void put_help(struct lgc_out *out)
{
    lgc_out_str(out,
        "usage: leaksgc COMMAND [OPTIONS] [ARGUMENTS...]\n"
        "\n"
        "  leaksgc run ./program              what does it leak?\n"
        "  leaksgc run --format=json -o leaks.%p.json ./program\n"
        "  leaksgc leaks --new PID            what has a live process lost since the last check?\n"
        "\n"
        "commands:\n");
    for (unsigned i = 0; i < COMMANDS; i++) {
        lgc_out_f(out, "  %s", commands[i].name);
        for (size_t n = strlen(commands[i].name); n < 10; n++)
            lgc_out_char(out, ' ');
        lgc_out_f(out, "%s\n", commands[i].brief);
    }
    lgc_out_str(out,
        "\n"
        "'leaksgc help COMMAND' tells more about one of them.\n"
        "exit status: 0 nothing leaked, 1 leaks found, 2 wrong usage, 3 it could not be done;\n"
        "'leaksgc run' ends as COMMAND ends, with 23 if it succeeded but leaked.\n");
}

static int show_help(int argc, char **argv)
{
    struct lgc_out out;
    const struct lgc_command *command = argc > 2 ? find_command(argv[2]) : NULL;
    if (argc > 2 && command == NULL)
        return lgc_cli_usage(NULL, "there is no command '%s'", argv[2]);
    lgc_out_init(&out, STDOUT_FILENO);
    if (command != NULL)
        lgc_cli_help(command, &out);
    else
        put_help(&out);
    return lgc_cli_end(&out, LGC_EXIT_CLEAN);
}

static int show_version(void)
{
    struct lgc_out out;
    lgc_out_init(&out, STDOUT_FILENO);
    lgc_out_str(&out, "leaksgc " LEAKSGC_VERSION "\n");
    return lgc_cli_end(&out, LGC_EXIT_CLEAN);
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

/* Whoever closed one of the three would find a socket or a dump under its
 * number, and our output in it.  What stands in for it fails each read or
 * write with the error of a closed one, and a command that we run finds it
 * closed as it was. */
static void fill_standard(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            open("/dev/null", (fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
}

int main(int argc, char **argv)
{
    fill_standard();
    if (argc < 2)
        return lgc_cli_usage(NULL, "a command is missing");
    if (is_one_of(argv[1], "help", "--help", "-h"))
        return show_help(argc, argv);
    if (is_one_of(argv[1], "version", "--version", "-V"))
        return show_version();
    const struct lgc_command *command = find_command(argv[1]);
    if (command == NULL)
        return lgc_cli_usage(NULL, "there is no command '%s'", argv[1]);
    return command->run(command, argc - 1, argv + 1);
}
