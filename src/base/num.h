/* SPDX-License-Identifier: MIT
 * num.h: reads and prints sizes ("64k"), durations ("250ms") and counts.
 * No malloc, no locale: usable anywhere. */
#ifndef LGC_BASE_NUM_H
#define LGC_BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

/* All of them take the whole string or fail: sign, blanks, overflow and
 * trailing text are errors, and *value is then unchanged. */
bool lgc_num_count(const char *text, uint64_t *value);
bool lgc_num_size(const char *text, uint64_t *bytes);      /* k M G T, 1024   */
bool lgc_num_duration(const char *text, uint64_t *ns);     /* ns us ms s m h d; no unit: s */
bool lgc_num_bool(const char *text, bool *value);          /* 0 1 yes no true false on off */

#endif
