/* SPDX-License-Identifier: MIT
 * logfile.h: the log that a run is to begin with. */
#ifndef LGC_TOOL_LOGFILE_H
#define LGC_TOOL_LOGFILE_H

#include <stdbool.h>

/* Makes sure that the file which log_path names is there and empty: all
 * processes of a run append to it, so that a report of an earlier run would
 * stay.  What is no file of its own (one per process by %p, standard error, a
 * pipe) is left alone.  Returns false with errno if it cannot be written. */
bool lgc_logfile_begin(const char *log_path);

#endif
