/* SPDX-License-Identifier: MIT
 * cli.c: what all commands share: options, messages, exit status. */
#include "tool/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void set_name(struct lgc_cli *cli, const char *name, size_t n)
{
    snprintf(cli->name, sizeof cli->name, "%.*s", n < sizeof cli->name ? (int)n : 0, name);
}

bool lgc_cli_is(const struct lgc_cli *cli, const char *name)
{
    return strcmp(cli->name, name) == 0;
}

bool lgc_cli_option(struct lgc_cli *cli)
{
    const char *arg = cli->next < cli->argc ? cli->argv[cli->next] : NULL;
    if (arg == NULL || *arg != '-' || arg[1] == '\0')
        return false;
    cli->next++;
    if (strcmp(arg, "--") == 0)
        return false;
    if (arg[1] == '-') {
        size_t n = strcspn(arg + 2, "=");
        set_name(cli, arg + 2, n);
        cli->value = arg[2 + n] == '=' ? arg + 3 + n : NULL;
    } else {
        set_name(cli, arg + 1, 1);
        cli->value = arg[2] != '\0' ? arg + 2 : NULL;
    }
    if (cli->value == NULL && (lgc_cli_is(cli, "help") || lgc_cli_is(cli, "h"))) {
        struct lgc_out out;
        lgc_out_init(&out, STDOUT_FILENO);
        lgc_cli_help(cli->command, &out);
        exit(lgc_cli_end(&out, LGC_EXIT_CLEAN));
    }
    return true;
}

bool lgc_cli_next(struct lgc_cli *cli, const char **process, int *status)
{
    while (!lgc_cli_option(cli)) {
        if (cli->next >= cli->argc)
            return false;
        if (*process != NULL) {
            *status = lgc_cli_usage(cli->command, "an argument too many: %s", cli->argv[cli->next]);
            return false;
        }
        *process = cli->argv[cli->next++];
    }
    return true;
}

int lgc_cli_no_process(const struct lgc_command *command)
{
    return lgc_cli_usage(command, "which process? a pid or a name is missing");
}

const char *lgc_cli_value(struct lgc_cli *cli)
{
    if (cli->value == NULL && cli->next < cli->argc)
        cli->value = cli->argv[cli->next++];
    return cli->value;
}

const char *lgc_cli_operand(struct lgc_cli *cli)
{
    return cli->next < cli->argc ? cli->argv[cli->next++] : NULL;
}

static void say(const char *format, va_list args)
{
    struct lgc_out out;
    lgc_out_init(&out, STDERR_FILENO);
    lgc_out_str(&out, "leaksgc: ");
    lgc_out_v(&out, format, args);
    lgc_out_char(&out, '\n');
    lgc_out_flush(&out);
}

void lgc_cli_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
}

int lgc_cli_usage(const struct lgc_command *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
    if (command != NULL)
        lgc_cli_say("usage: leaksgc %s %s; see 'leaksgc help %s'", command->name,
                    command->arguments, command->name);
    else
        lgc_cli_say("see 'leaksgc --help'");
    return LGC_EXIT_USAGE;
}

static const char *dashes(const struct lgc_cli *cli)
{
    return strlen(cli->name) == 1 ? "-" : "--";
}

int lgc_cli_unknown(const struct lgc_cli *cli)
{
    if (cli->name[0] == '\0')
        return lgc_cli_usage(cli->command, "an option without a name, or with a very long one");
    return lgc_cli_usage(cli->command, "there is no option %s%s", dashes(cli), cli->name);
}

int lgc_cli_no_value(const struct lgc_cli *cli)
{
    return lgc_cli_usage(cli->command, "the option %s%s needs a value", dashes(cli), cli->name);
}

int lgc_cli_odd_value(const struct lgc_cli *cli)
{
    return lgc_cli_usage(cli->command, "the option %s%s takes no value: '%s'", dashes(cli),
                         cli->name, cli->value);
}

void lgc_cli_help(const struct lgc_command *command, struct lgc_out *out)
{
    lgc_out_f(out, "usage: leaksgc %s %s\n\n%s\n", command->name, command->arguments,
              command->brief);
    if (command->help != NULL) {
        lgc_out_char(out, '\n');
        command->help(out);
    }
}

int lgc_cli_no_memory(void)
{
    lgc_cli_say("out of memory");
    return LGC_EXIT_FAILED;
}

int lgc_cli_unwritten(const char *what, int error)
{
    lgc_cli_say("%s could not be written: %s%s", what, strerror(error),
                error == ENOSPC ? "; is the disk full?" : "");
    return LGC_EXIT_FAILED;
}

int lgc_cli_end(struct lgc_out *out, int status)
{
    return lgc_out_flush(out) ? status : lgc_cli_unwritten("standard output", out->error);
}
