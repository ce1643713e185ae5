/* SPDX-License-Identifier: MIT
 * edge_malloc_zero.c: blocks of no bytes are distinct, not NULL, aligned and can be freed.
 *
 * run:
 *   direct 0 0
 */
#include "case.h"

int main(void)
{
    void *p[100];
    for (int i = 0; i < 100; i++) {
        p[i] = i % 2 ? malloc(0) : calloc(0, (size_t)i);
        CHECK(p[i] && (uintptr_t)p[i] % 16 == 0);
        for (int k = 0; k < i; k++)
            CHECK(p[k] != p[i]);
    }
    for (int i = 0; i < 100; i++)
        free(p[i]);
    free(NULL);
    return 0;
}
