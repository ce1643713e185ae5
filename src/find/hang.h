/* SPDX-License-Identifier: MIT
 * hang.h: adds up which group hangs on which.  Allocates by base/mem. */
#ifndef LGC_FIND_HANG_H
#define LGC_FIND_HANG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "find/finding.h"

/* All zero is an empty one.  Groups go by their numbers. */
struct lgc_hang_pair { uint32_t group, holder; struct lgc_amount amount; };
struct lgc_hangs {
    struct lgc_hang_pair *pair;
    uint32_t *slot;              /* open addressing: index into pair, plus 1 */
    size_t count, capacity, nslots;
};

/* One more object of `group` hangs on `holder`.  False: no memory. */
bool lgc_hangs_add(struct lgc_hangs *hangs, uint32_t group, uint32_t holder, uint64_t bytes);
/* Sorts the pairs by group; nothing is added after that. */
void lgc_hangs_sort(struct lgc_hangs *hangs);
void lgc_hangs_free(struct lgc_hangs *hangs);

#endif
