/* SPDX-License-Identifier: MIT
 * deliver.h: a finding -> the report where the user wants it. */
#ifndef LGC_RUN_DELIVER_H
#define LGC_RUN_DELIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "find/finding.h"

/* Has the tool symbolize and format the finding, or does it without names,
 * and writes it to the log.  Returns true if it lists anything (suppressed
 * leaks do not count).  All signals are blocked. */
bool lgc_deliver(const struct lgc_finding *finding);

/* Writes the finding as a stream (dump/format.h) to fd, which stays open.
 * False with errno: not all of it could be written. */
bool lgc_deliver_stream(const struct lgc_finding *finding, int fd);
/* One line of a schedule, without its end: to the log if reports are text, so
 * that it breaks no other format, else to standard error. */
void lgc_deliver_line(const char *text, size_t n);

/* Writes the groups' stacks, each after the note of its number, to standard
 * error, with names if there is a tool.  All signals are blocked. */
void lgc_deliver_stacks(const struct lgc_finding *finding);

enum { LGC_DELIVER_PATH = 4096 };

/* The path of the leaksgc tool; false: there is none. */
bool lgc_deliver_find_tool(char path[LGC_DELIVER_PATH]);

/* A file's name out of a pattern (base/filename.h), where %n counts the calls.
 * False: it is none, which is said. */
bool lgc_deliver_file_name(const char *pattern, char path[LGC_DELIVER_PATH]);

#endif
