/* SPDX-License-Identifier: MIT
 * gzip.h: packs a file. */
#ifndef LGC_TOOL_GZIP_H
#define LGC_TOOL_GZIP_H

#include <stdbool.h>

/* Copies what is left to read in `from`, as one gzip member, to `to`. */
bool lgc_gzip_copy(int from, int to);

#endif
