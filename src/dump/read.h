/* SPDX-License-Identifier: MIT
 * read.h: a finding stream -> a finding, for any input, however hostile.
 * Uses malloc; runs in the tool. */
#ifndef LGC_DUMP_READ_H
#define LGC_DUMP_READ_H

#include <stdio.h>

#include "find/finding.h"

/* Returns a finding that the caller frees with lgc_dump_free, or NULL with a
 * message that names the line in error[size].  The caller may give it other
 * groups in the meantime, which stay the caller's. */
struct lgc_finding *lgc_dump_read(FILE *in, char *error, size_t size);
void lgc_dump_free(struct lgc_finding *finding);

#endif
