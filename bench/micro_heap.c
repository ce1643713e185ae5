/* SPDX-License-Identifier: MIT
 * micro_heap.c: a heap of many linked objects of 64 bytes that is alive when the process ends: what a check costs.
 */
#include "micro.h"

void **head;

int main(int argc, char **argv)
{
    unsigned long n = operations(argc, argv);
    uint64_t start = now_ns();
    for (unsigned long i = 0; i < n; i++) {
        void **p = malloc(64);
        memset(p, 0, 64);
        p[i % 8] = head;
        head = p;
    }
    result(start, n);
    return 0;
}
