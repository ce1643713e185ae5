/* SPDX-License-Identifier: MIT
 * rows.h: remembers all rules of functions whose call-frame information is long.
 *
 * Its instructions can only be followed from the function's beginning: without
 * this, a function of 100 KB would be read anew for each of its calls.
 * Looking up takes no lock.  Callable in malloc and in signal handlers. */
#ifndef LGC_CAPTURE_ROWS_H
#define LGC_CAPTURE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/cfi.h"

struct lgc_rows_row { uint32_t from; struct lgc_cfi_rule rule; }; /* bytes into the function */

struct lgc_rows {
    const void *record;          /* the entry in .eh_frame                   */
    uintptr_t function;
    size_t n;
    struct lgc_rows_row row[];   /* by rising `from`; the first is 0         */
};

/* What is remembered of this entry, or NULL. */
const struct lgc_rows *lgc_rows_find(const void *record);

/* Whether it was asked for lately, and there is room to remember it. */
bool lgc_rows_again(const void *record);

/* Memory for n rows, which the caller fills in; NULL: there is none. */
struct lgc_rows *lgc_rows_new(const void *record, uintptr_t function, size_t n);
void lgc_rows_keep(struct lgc_rows *rows);

/* The rule that many bytes into the function. */
struct lgc_cfi_rule lgc_rows_at(const struct lgc_rows *rows, uint32_t into);

/* The code in [lo, hi) was unloaded. */
void lgc_rows_forget(uintptr_t lo, uintptr_t hi);

#endif
