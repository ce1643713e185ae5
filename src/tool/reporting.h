/* SPDX-License-Identifier: MIT
 * reporting.h: a finding stream -> a report, with the options of `leaksgc
 * report`, for every command that ends in one. */
#ifndef LGC_TOOL_REPORTING_H
#define LGC_TOOL_REPORTING_H

#include <sys/types.h>

#include "tool/cli.h"

/* Once, first.  0, or an exit status after a message; so all below. */
int lgc_reporting_begin(const struct lgc_command *command);
/* An option that the command itself does not know. */
int lgc_reporting_option(struct lgc_cli *cli);
/* Says it too if there is nothing to list. */
void lgc_reporting_say_clean(void);
/* What the options so far ask for. */
unsigned lgc_reporting_kinds(void);
const char *lgc_reporting_format(void);
/* Reads the stream (NULL: standard input), writes the report to standard
 * output.  `pid`: the process as it is called here, 0: as it calls itself.
 * Returns the exit status. */
int lgc_reporting_write(const char *path, pid_t pid);
void lgc_reporting_end(void);
/* The options, for the help of a command. */
void lgc_reporting_help(struct lgc_out *out);

#endif
