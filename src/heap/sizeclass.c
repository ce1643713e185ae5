/* SPDX-License-Identifier: MIT
 * sizeclass.c: the sizes of small objects, and the table from request to size. */
#include "heap/sizeclass.h"

const uint16_t lgc_sizeclass_size[LGC_SIZECLASS_COUNT] = {
    16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256,
    272, 288, 304, 336, 368, 400, 448, 512, 576, 672, 816, 1024, 1360, 2032
};

/* The first class that holds 16 * index bytes; the unit test checks it. */
const uint8_t lgc_sizeclass_by_granules[LGC_SIZECLASS_MAX / 16 + 1] = {
    0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 20,
    21, 21, 22, 22, 22, 23, 23, 23, 23, 24, 24, 24, 24, 25, 25, 25, 25, 25, 25, 26, 26, 26, 26, 26,
    26, 26, 26, 26, 27, 27, 27, 27, 27, 27, 27, 27, 27, 27, 27, 27, 27, 28, 28, 28, 28, 28, 28, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29,
    29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29,
    29, 29, 29, 29, 29, 29, 29, 29
};

unsigned lgc_sizeclass_aligned(size_t size, size_t align)
{
    if (size > LGC_SIZECLASS_MAX)
        return LGC_SIZECLASS_LARGE;
    for (unsigned c = lgc_sizeclass_of(size); c < LGC_SIZECLASS_COUNT; c++)
        if (lgc_sizeclass_size[c] % align == 0)
            return c;
    return LGC_SIZECLASS_LARGE;
}
