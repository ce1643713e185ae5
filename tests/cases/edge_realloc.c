/* SPDX-License-Identifier: MIT
 * edge_realloc.c: realloc(NULL, n) allocates, realloc(p, 0) frees and returns NULL; growing and shrinking keep contents.
 *
 * run:
 *   direct 0 0
 */
#include "case.h"

static void fill(unsigned char *p, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        p[i] = (unsigned char)(i * 31 + (i >> 8));
}

static void verify(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        CHECK(p[i] == (unsigned char)(i * 31 + (i >> 8)));
}

int main(void)
{
    static const size_t sizes[] = { 1, 15, 16, 17, 100, 1000, 2032, 2047, 2048, 2049, 4000, 4096, 5000, 8192,
                                    65536, 131072, 200000, 1 << 20, (1 << 20) + 1, 5000000 };
    const int n = sizeof sizes / sizeof *sizes;
    unsigned char *p = realloc(NULL, 10);
    CHECK(p);
    volatile size_t none = 0;
    CHECK(realloc(p, none) == NULL);
    p = realloc(NULL, none);
    CHECK(p);
    p = realloc(p, 20);
    CHECK(p);
    free(p);
    for (int from = 0; from < n; from++) {
        for (int to = 0; to < n; to++) {
            size_t a = sizes[from], b = sizes[to];
            p = malloc(a);
            fill(p, 0, a);
            p = realloc(p, b);
            CHECK(p && (uintptr_t)p % 16 == 0);
            verify(p, a < b ? a : b);
            if (b > a)
                fill(p, a, b);
            p = realloc(p, a);
            CHECK(p);
            verify(p, a < b ? a : b);
            free(p);
        }
    }
    /* Byte by byte, as a careless program appends. */
    p = NULL;
    for (size_t i = 1; i < 20000; i++) {
        p = realloc(p, i);
        CHECK(p);
        fill(p, i - 1, i);
    }
    verify(p, 19999);
    p = reallocarray(p, 100, 30);
    CHECK(p);
    verify(p, 3000);
    free(p);
    return 0;
}
