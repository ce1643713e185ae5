/* SPDX-License-Identifier: MIT
 * rule.h: remembers the unwind rule of every code address that was met.
 *
 * Looking up takes no lock.  Callable in malloc and in signal handlers. */
#ifndef LGC_CAPTURE_RULE_H
#define LGC_CAPTURE_RULE_H

#include <stdint.h>

#include "capture/cfi.h"

/* As lgc_cfi_find; without memory for the table it asks that each time. */
struct lgc_cfi_rule lgc_rule_of(uintptr_t pc);

/* The code in [lo, hi) was unloaded. */
void lgc_rule_forget(uintptr_t lo, uintptr_t hi);

#endif
