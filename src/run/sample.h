/* SPDX-License-Identifier: MIT
 * sample.h: the samples that the program adds (leaksgc_heap_add): the largest
 * max_samples of them, one for each stack.  A lock of its own; inside the guard. */
#ifndef LGC_RUN_SAMPLE_H
#define LGC_RUN_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lgc_sample { int64_t time_ns; uint64_t bytes; uint32_t site; };

/* In the place of the one of the same site, or of the smallest when there are
 * `most`: the smaller of the two is then evicted.  False: no memory. */
bool lgc_sample_add(const struct lgc_sample *sample, size_t most);

/* Copies the n largest, largest first, of equal ones the younger; returns how
 * many. */
size_t lgc_sample_top(struct lgc_sample *out, size_t n);

size_t lgc_sample_count(void);
uint64_t lgc_sample_evicted(void);

void lgc_sample_fork_enter(void);
void lgc_sample_fork_leave(void);
void lgc_sample_fork_child(void); /* the parent's samples stay               */

#endif
