/* SPDX-License-Identifier: MIT
 * write.h: a finding -> a finding stream (dump/format.h).
 * No malloc, no stdio: runs in the traced process. */
#ifndef LGC_DUMP_WRITE_H
#define LGC_DUMP_WRITE_H

#include "base/out.h"
#include "find/finding.h"

/* Writes all records and flushes.  Returns false if a write failed. */
bool lgc_dump_write(struct lgc_out *out, const struct lgc_finding *finding);

#endif
