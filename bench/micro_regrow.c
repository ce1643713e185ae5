/* SPDX-License-Identifier: MIT
 * micro_regrow.c: vectors that grow by half from 64 KiB to 16 MiB, two at a time, between small blocks that stay.
 */
#include "micro.h"

enum { LIVE = 256 };

int main(int argc, char **argv)
{
    static void *live[LIVE];
    unsigned long n = operations(argc, argv), done = 0;
    uint64_t start = now_ns();
    while (done < n) {
        char *vector[2] = { NULL };
        size_t old = 0;
        for (size_t size = 65536; size < (size_t)16 << 20; old = size, size += size / 2)
            for (int i = 0; i < 2; i++, done++) {
                vector[i] = realloc(vector[i], size);
                touch(vector[i] + old, size - old);
                /* Something behind it, so that growing in place is not always possible. */
                free(live[done % LIVE]);
                live[done % LIVE] = written(512);
            }
        free(vector[0]);
        free(vector[1]);
    }
    result(start, done);
    return 0;
}
