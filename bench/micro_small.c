/* SPDX-License-Identifier: MIT
 * micro_small.c: small blocks of random sizes, freed in random order, one thread.
 */
#include "micro.h"

enum { LIVE = 4096 };

static inline void *block(uint32_t random)
{
    return written(random % 512 + 1);
}

int main(int argc, char **argv)
{
    static void *live[LIVE];
    return measure_churn(argc, argv, live, LIVE, block);
}
