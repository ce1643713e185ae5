/* SPDX-License-Identifier: MIT
 * micro_medium.c: blocks of 2 to 16 KiB, as buffers and pages of databases are, freed in random order.
 */
#include "micro.h"

enum { LIVE = 512 };

static inline void *block(uint32_t random)
{
    return written(2048 + random % (14 * 1024 + 1));
}

int main(int argc, char **argv)
{
    static void *live[LIVE];
    return measure_churn(argc, argv, live, LIVE, block);
}
