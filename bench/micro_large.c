/* SPDX-License-Identifier: MIT
 * micro_large.c: blocks of 16 KiB to 1 MiB, the smaller the more frequent, a few alive at a time.
 */
#include "micro.h"

enum { LIVE = 64 };

int main(int argc, char **argv)
{
    static void *live[LIVE];
    unsigned long n = operations(argc, argv);
    uint32_t state = 1;
    uint64_t start = now_ns();
    for (unsigned long i = 0; i < n; i++) {
        uint32_t r = next_random(&state);
        free(live[r % LIVE]);
        size_t power = (size_t)16384 << (r >> 8) % 6, size = power + (r >> 16) % power;
        void *p = malloc(size);
        touch(p, size);
        live[r % LIVE] = p;
    }
    result(start, n);
    return 0;
}
