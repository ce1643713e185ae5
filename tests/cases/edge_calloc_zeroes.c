/* SPDX-License-Identifier: MIT
 * edge_calloc_zeroes.c: calloc's memory is zero even where dirty blocks are reused, up to the last usable byte asked for.
 *
 * run:
 *   direct 0 0
 */
#include "case.h"

int main(void)
{
    for (size_t n = 1; n < 3000000; n = n * 5 / 4 + 1) {
        unsigned char *p[16];
        int count = n < 10000 ? 16 : 2;
        for (int i = 0; i < count; i++) {
            p[i] = malloc(n);
            memset(p[i], 0xff, n);
        }
        for (int i = 0; i < count; i++)
            free(p[i]);
        for (int i = 0; i < count; i++) {
            p[i] = calloc(i % 2 ? 1 : n, i % 2 ? n : 1);
            CHECK(p[i]);
            for (size_t k = 0; k < n; k++)
                CHECK(p[i][k] == 0);
        }
        for (int i = 0; i < count; i++)
            free(p[i]);
    }
    return 0;
}
