/* SPDX-License-Identifier: MIT
 * progress.h: how far long work has come, on a terminal. */
#ifndef LGC_TOOL_PROGRESS_H
#define LGC_TOOL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct lgc_progress {
    const char *what;            /* "reading the heap dump"                  */
    uint64_t total;
    bool watched;                /* standard error is a terminal             */
    int64_t begun_ms, said_ms;
    bool said;
};

/* Nothing is said of work that takes less than half a second, or when quiet. */
void lgc_progress_begin(struct lgc_progress *p, const char *what, uint64_t total, bool quiet);
void lgc_progress_at(struct lgc_progress *p, uint64_t done);
void lgc_progress_end(struct lgc_progress *p);

#endif
