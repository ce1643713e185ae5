/* SPDX-License-Identifier: MIT
 * copied.h: how many bytes realloc had to copy, by the stack that asked for it.
 *
 * A table of fixed size; what finds no place there is counted as of site 0.
 * Adding is lock-free, for any thread and inside malloc: it follows a copy, which
 * costs more. */
#ifndef LGC_CAPTURE_COPIED_H
#define LGC_CAPTURE_COPIED_H

#include <stddef.h>
#include <stdint.h>

enum { LGC_COPIED_SITES = 4096 };

struct lgc_copied { uint32_t site; uint64_t bytes, times; };

void lgc_copied_add(uint32_t site, size_t bytes);

/* Stores all there are, at most LGC_COPIED_SITES, in no order; returns how
 * many. */
size_t lgc_copied_read(struct lgc_copied out[LGC_COPIED_SITES]);

#endif
