/* SPDX-License-Identifier: MIT
 * edge_usable_size.c: all that malloc_usable_size promises may be written, survives realloc, and NULL has 0.
 *
 * run:
 *   direct 0 0
 */
#include "case.h"
#include <malloc.h>

int main(void)
{
    CHECK(malloc_usable_size(NULL) == 0);
    for (size_t n = 0; n < 20000; n = n * 9 / 8 + 1) {
        unsigned char *p = malloc(n), *q = malloc(n);
        size_t usable = malloc_usable_size(p);
        CHECK(usable >= n);
        memset(q, 1, malloc_usable_size(q));
        memset(p, 2, usable);
        for (size_t i = 0; i < malloc_usable_size(q); i++)
            CHECK(q[i] == 1);
        p = realloc(p, usable);
        for (size_t i = 0; i < usable; i++)
            CHECK(p[i] == 2);
        /* Moved: what was written in the usable part comes along, as with glibc. */
        size_t had = malloc_usable_size(p);
        memset(p, 3, had);
        p = realloc(p, had * 3 + 100);
        for (size_t i = 0; i < had; i++)
            CHECK(p[i] == 3);
        free(p);
        free(q);
    }
    return 0;
}
