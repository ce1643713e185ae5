/* SPDX-License-Identifier: MIT
 * msg.h: the library's own voice: one line at a time to standard error.
 * No malloc, no stdio; callable anywhere. */
#ifndef LGC_BASE_MSG_H
#define LGC_BASE_MSG_H

#include "base/attr.h"

/* "==PID==leaksgc: <text>"; formats as lgc_out_f.  At most 100 per process. */
void lgc_msg(const char *format, ...) LGC_PRINTF(1, 2);

/* Why we cannot go on: the line, then abort as glibc does.  Never returns. */
LGC_NORETURN void lgc_msg_abort(const char *format, ...) LGC_PRINTF(1, 2);

#endif
