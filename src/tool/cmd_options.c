/* SPDX-License-Identifier: MIT
 * cmd_options.c: leaksgc options - lists the options. */
#include <unistd.h>

#include "run/option.h"
#include "tool/commands.h"

int lgc_cmd_options(const struct lgc_command *self, int argc, char **argv)
{
    struct lgc_cli cli = { .command = self, .argc = argc, .argv = argv, .next = 1 };
    struct lgc_out out;
    if (lgc_cli_option(&cli))
        return lgc_cli_unknown(&cli);
    if (cli.next < argc)
        return lgc_cli_usage(self, "an argument too many: %s", argv[cli.next]);
    lgc_out_init(&out, STDOUT_FILENO);
    lgc_option_print_help(&out, "");
    return lgc_cli_end(&out, LGC_EXIT_CLEAN);
}
