/* SPDX-License-Identifier: MIT
 * micro_large.c: large blocks, 4 kB to 1 MB, a few alive at a time.
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
        char *p = malloc((size_t)4096 << (r >> 16) % 9);
        *p = 1;
        live[r % LIVE] = p;
    }
    result(start, n);
    return 0;
}
