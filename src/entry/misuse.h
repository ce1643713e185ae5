/* SPDX-License-Identifier: MIT
 * misuse.h: a pointer that cannot be freed: one clear message, then abort. */
#ifndef LGC_ENTRY_MISUSE_H
#define LGC_ENTRY_MISUSE_H

#include "base/attr.h"
#include "heap/heap.h"

/* `function` was called with p, of which the heap says `what`.  Prints the
 * stack of the call and, where known, that of the allocation; never returns. */
LGC_COLD LGC_NORETURN void lgc_misuse(const char *function, const void *p, enum lgc_freed what);

#endif
