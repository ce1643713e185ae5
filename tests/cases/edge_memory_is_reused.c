/* SPDX-License-Identifier: MIT
 * edge_memory_is_reused.c: what is freed serves again: 2 GiB in turn need no more than a few megabytes at a time.
 *
 * run:
 *   direct 0 0
 */
#include "case.h"
#include <sys/resource.h>

int main(void)
{
    for (int round = 0; round < 4; round++) {
        for (size_t n = 16; n <= (size_t)1 << 20; n *= 2) {
            size_t count = ((size_t)64 << 20) / n;
            for (size_t i = 0; i < (count < 200000 ? count : 200000); i++) {
                char *p = malloc(n);
                CHECK(p);
                p[0] = p[n - 1] = 1;
                free(p);
            }
        }
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    CHECK(usage.ru_maxrss < 100 * 1024);
    return 0;
}
