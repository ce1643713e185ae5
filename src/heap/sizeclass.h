/* SPDX-License-Identifier: MIT
 * sizeclass.h: which of the few sizes of small and medium objects serves a
 * request.
 *
 * Small: multiples of 16 up to 256; above, for each number n of objects that
 * fit a 4096-byte block, the largest multiple of 16 of which n fit.  Medium:
 * the same for a slab of 64 KiB.
 */
#ifndef LGC_HEAP_SIZECLASS_H
#define LGC_HEAP_SIZECLASS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum {
    LGC_SIZECLASS_SMALL = 30,      /* classes below are small, the rest medium */
    LGC_SIZECLASS_COUNT = 59,
    LGC_SIZECLASS_MAX = 16384,     /* bytes of the last class                   */
    LGC_SIZECLASS_SLAB = 64 << 10, /* bytes of a slab of medium objects       */
    LGC_SIZECLASS_SLACK = 4095,    /* most bytes that an object may have in vain */
    LGC_SIZECLASS_LARGE = 255      /* no class: an object of its own          */
};

/* size of class; class of size by (size + 15) / 16. */
extern LGC_HIDDEN const uint16_t lgc_sizeclass_size[LGC_SIZECLASS_COUNT];
extern LGC_HIDDEN const uint8_t lgc_sizeclass_by_granules[LGC_SIZECLASS_MAX / 16 + 1];

/* size <= LGC_SIZECLASS_MAX. */
LGC_INLINE unsigned lgc_sizeclass_of(size_t size)
{
    return lgc_sizeclass_by_granules[(size + 15) / 16];
}

/* The smallest class whose objects hold `size` bytes at multiples of `align`
 * (a power of two) with less slack than LGC_SIZECLASS_SLACK, or
 * LGC_SIZECLASS_LARGE. */
unsigned lgc_sizeclass_aligned(size_t size, size_t align);

#endif
