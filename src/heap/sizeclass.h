/* SPDX-License-Identifier: MIT
 * sizeclass.h: which of the few sizes of small objects serves a request.
 *
 * Multiples of 16 up to 256; above, for each number n of objects that fit a
 * 4096-byte block, the largest multiple of 16 of which n fit.
 */
#ifndef LGC_HEAP_SIZECLASS_H
#define LGC_HEAP_SIZECLASS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum { LGC_SIZECLASS_COUNT = 30, LGC_SIZECLASS_MAX = 2032, LGC_SIZECLASS_LARGE = 255 };

/* size of class, and class of size by (size + 15) / 16. */
extern const uint16_t lgc_sizeclass_size[LGC_SIZECLASS_COUNT];
extern const uint8_t lgc_sizeclass_by_granules[LGC_SIZECLASS_MAX / 16 + 1];

/* size <= LGC_SIZECLASS_MAX. */
LGC_INLINE unsigned lgc_sizeclass_of(size_t size)
{
    return lgc_sizeclass_by_granules[(size + 15) / 16];
}

/* The smallest class whose objects hold `size` bytes at multiples of `align`
 * (a power of two), or LGC_SIZECLASS_LARGE. */
unsigned lgc_sizeclass_aligned(size_t size, size_t align);

#endif
