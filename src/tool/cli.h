/* SPDX-License-Identifier: MIT
 * cli.h: what all commands share: options, messages, exit status. */
#ifndef LGC_TOOL_CLI_H
#define LGC_TOOL_CLI_H

#include <stdbool.h>

#include "base/out.h"

enum lgc_exit {
    LGC_EXIT_CLEAN  = 0,    /* nothing leaked */
    LGC_EXIT_LEAKS  = 1,
    LGC_EXIT_USAGE  = 2,
    LGC_EXIT_FAILED = 3     /* could not be done */
};

struct lgc_command {
    const char *name;
    int (*run)(const struct lgc_command *self, int argc, char **argv); /* -> exit status */
    const char *arguments;                  /* behind the name, in the usage line */
    const char *brief;                      /* one line, for `leaksgc --help`     */
    void (*help)(struct lgc_out *out);      /* its options, for `leaksgc help`    */
};

/* Walks over the options of a command; argv[0] is the command's name.
 *
 *     while (lgc_cli_option(&cli)) { if (lgc_cli_is(&cli, "quiet")) ... }
 *     operands are argv[cli.next] ...
 *
 * An option is --name, --name=value, -x or -xVALUE.  "--" ends them.  --help
 * and -h print the command's help and end the program. */
struct lgc_cli {
    const struct lgc_command *command;
    int argc;
    char **argv;
    int next;               /* start with 1                                  */
    char name[64];          /* without dashes in front; '-' stays '-'        */
    const char *value;      /* NULL: none was joined to it                   */
};

bool lgc_cli_option(struct lgc_cli *cli);
bool lgc_cli_is(const struct lgc_cli *cli, const char *name);
/* The option's value, which may be the next argument; NULL: there is none. */
const char *lgc_cli_value(struct lgc_cli *cli);

/* The next operand, between the options or behind them; NULL: there is none. */
const char *lgc_cli_operand(struct lgc_cli *cli);
/* For commands on one process, whose name may stand before or after options:
 * the next option; the operand goes to *process.  False: no more, or *status
 * is that of an operand too many. */
bool lgc_cli_next(struct lgc_cli *cli, const char **process, int *status);
int lgc_cli_no_process(const struct lgc_command *command);

/* "leaksgc: ..." on standard error. */
void lgc_cli_say(const char *format, ...) LGC_PRINTF(1, 2);
/* The same, and where to read more; returns LGC_EXIT_USAGE. */
int lgc_cli_usage(const struct lgc_command *command, const char *format, ...) LGC_PRINTF(2, 3);
int lgc_cli_unknown(const struct lgc_cli *cli);     /* an unknown option     */
int lgc_cli_no_value(const struct lgc_cli *cli);    /* an option needs one   */
int lgc_cli_odd_value(const struct lgc_cli *cli);   /* an option takes none  */

void lgc_cli_help(const struct lgc_command *command, struct lgc_out *out);
/* Says so and returns LGC_EXIT_FAILED. */
int lgc_cli_no_memory(void);
/* Says that `what` could not be written, and why (an errno); likewise. */
int lgc_cli_unwritten(const char *what, int error);
/* Flushes what goes to standard output; returns `status`, or LGC_EXIT_FAILED
 * with a message if it could not be written. */
int lgc_cli_end(struct lgc_out *out, int status);

#endif
