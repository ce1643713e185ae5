/* SPDX-License-Identifier: MIT
 * micro_small.c: small blocks of random sizes, freed in random order, one thread.
 */
#include "micro.h"

enum { LIVE = 4096 };

int main(int argc, char **argv)
{
    static void *live[LIVE];
    unsigned long n = operations(argc, argv);
    uint32_t state = 1;
    uint64_t start = now_ns();
    for (unsigned long i = 0; i < n; i++) {
        uint32_t r = next_random(&state);
        free(live[r % LIVE]);
        size_t size = (r >> 16) % 512 + 1;
        void *p = malloc(size);
        touch(p, size);
        live[r % LIVE] = p;
    }
    result(start, n);
    return 0;
}
