/* SPDX-License-Identifier: MIT
 * log.h: writes to the log that reports go to, or to standard error if that does not take it. */
#ifndef LGC_RUN_LOG_H
#define LGC_RUN_LOG_H

#include <stdbool.h>

#include "base/out.h"

/* Writes the whole of something to out and flushes it; false if a write failed.
 * It may be called again, to begin anew at another place. */
typedef bool lgc_log_fn(void *arg, struct lgc_out *out);

/* Whether it is standard error that the user wants. */
bool lgc_log_is_stderr(void);

enum {
    LGC_LOG_BINARY = 1,     /* nothing for a terminal                        */
    LGC_LOG_STDERR = 2,     /* whatever log_path says                        */
};

/* Has `write` write to the log (log_path).  If that cannot be opened or does not
 * take all of it, this is said, once until it takes something again, and the
 * whole goes to standard error.  Returns false only with LGC_LOG_BINARY: standard
 * error had to take it, and is a terminal; nothing was written there.
 * No malloc, no stdio; any thread. */
bool lgc_log_write(lgc_log_fn *write, void *arg, unsigned how);

#endif
