/* SPDX-License-Identifier: MIT
 * micro_realloc.c: buffers that grow by steps of half their size to 1 MB, eight at a time.
 */
#include "micro.h"

int main(int argc, char **argv)
{
    unsigned long n = operations(argc, argv), done = 0;
    uint64_t start = now_ns();
    while (done < n) {
        char *buffer[8] = { NULL };
        size_t old = 0;
        for (size_t size = 16; size < (size_t)1 << 20; old = size, size += size / 2) {
            for (int i = 0; i < 8; i++) {
                buffer[i] = realloc(buffer[i], size);
                touch(buffer[i] + old, size - old);
            }
            done += 8;
        }
        for (int i = 0; i < 8; i++)
            free(buffer[i]);
    }
    result(start, done);
    return 0;
}
