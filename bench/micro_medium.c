/* SPDX-License-Identifier: MIT
 * micro_medium.c: blocks of 2 to 16 KiB, as buffers and pages of databases are, freed in random order.
 */
#include "micro.h"

enum { LIVE = 512 };

int main(int argc, char **argv)
{
    static void *live[LIVE];
    unsigned long n = operations(argc, argv);
    uint32_t state = 1;
    uint64_t start = now_ns();
    for (unsigned long i = 0; i < n; i++) {
        uint32_t r = next_random(&state);
        free(live[r % LIVE]);
        size_t size = 2048 + (r >> 16) % (14 * 1024 + 1);
        void *p = malloc(size);
        touch(p, size);
        live[r % LIVE] = p;
    }
    result(start, n);
    return 0;
}
