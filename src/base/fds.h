/* SPDX-License-Identifier: MIT
 * fds.h: closes many descriptors, also where close_range(2) is missing or forbidden. */
#ifndef LGC_BASE_FDS_H
#define LGC_BASE_FDS_H

#include <stdbool.h>

/* Closes every descriptor from `lo` on, but `keep` (-1: none), in the calling
 * thread's table: it must not be the program's.  `by_range`: close_range may be tried.
 * System calls only, keeps errno. */
void lgc_fds_close(int lo, int keep, bool by_range);

#endif
