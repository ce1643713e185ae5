/* SPDX-License-Identifier: MIT
 * edge_alignment_of_malloc.c: malloc's blocks are aligned to 16, whatever their size, and no two overlap.
 *
 * run:
 *   direct 0 0
 */
#include "case.h"

int main(void)
{
    static unsigned char *p[6000];
    for (int i = 0; i < 6000; i++) {
        p[i] = malloc((size_t)i);
        CHECK(p[i] && (uintptr_t)p[i] % 16 == 0);
        memset(p[i], i & 0xff, (size_t)i);
    }
    for (int i = 0; i < 6000; i++) {
        for (int k = 0; k < i; k++)
            CHECK(p[i][k] == (i & 0xff));
        free(p[i]);
    }
    return 0;
}
