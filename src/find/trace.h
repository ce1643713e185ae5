/* SPDX-License-Identifier: MIT
 * trace.h: reads memory word by word, and the contents of whatever is reached
 * for the first time; what reaching means is the caller's. */
#ifndef LGC_FIND_TRACE_H
#define LGC_FIND_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap/heap.h"

struct lgc_trace {
    /* Whether p leads to an object that nothing led to before; fills *out. */
    bool (*reach)(const void *p, struct lgc_object *out);
    /* Objects that are reached and still to be read; {0} at first. */
    struct { uintptr_t lo, hi; } *work;
    size_t count, capacity;
    bool failed;
};

/* Asks reach for every word of [lo, hi) and notes what it says yes to. */
void lgc_trace_read(struct lgc_trace *trace, uintptr_t lo, uintptr_t hi);

/* Reads everything noted, and what that leads to; then gives the memory back.
 * False: there was not enough of it. */
bool lgc_trace_drain(struct lgc_trace *trace);

#endif
