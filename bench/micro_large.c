/* SPDX-License-Identifier: MIT
 * micro_large.c: blocks of 16 KiB to 1 MiB, the smaller the more frequent, a few alive at a time.
 */
#include "micro.h"

enum { LIVE = 64 };

static inline void *block(uint32_t random)
{
    size_t power = (size_t)16384 << random % 6;
    return written(power + random * 8 % power);
}

int main(int argc, char **argv)
{
    static void *live[LIVE];
    return measure_churn(argc, argv, live, LIVE, block);
}
