/* SPDX-License-Identifier: MIT
 * edge_too_large.c: sizes that overflow or pass PTRDIFF_MAX give NULL and ENOMEM, from every function, as with glibc.
 *
 * run:
 *   direct 0 0
 */
#include "case.h"
#include <malloc.h>

#define FAILS(call) CHECK((errno = 0, (call) == NULL && errno == ENOMEM))

int main(void)
{
    volatile size_t half = (size_t)1 << 32, max = SIZE_MAX, too_much = (size_t)PTRDIFF_MAX + 1;
    void *p = malloc(10), *out = &out;
    FAILS(malloc(too_much));
    FAILS(malloc(max));
    FAILS(malloc(max - 16));
    FAILS(malloc(PTRDIFF_MAX));
    FAILS(calloc(half, half));
    FAILS(calloc(max, 2));
    FAILS(calloc(2, max));
    FAILS(calloc(1, too_much));
    FAILS(realloc(p, too_much));
    FAILS(realloc(p, max));
    FAILS(realloc(NULL, max));
    FAILS(reallocarray(p, half, half));
    FAILS(reallocarray(NULL, max, 3));
    FAILS(memalign(64, max));
    FAILS(memalign(4096, max - 4096));
    FAILS(memalign(1 << 21, too_much));
    FAILS(aligned_alloc(64, too_much));
    FAILS(valloc(max));
    FAILS(pvalloc(max));
    FAILS(pvalloc(max - 4000));
    errno = 0;
    CHECK(posix_memalign(&out, 64, too_much) == ENOMEM && out == &out);
    CHECK(posix_memalign(&out, 4096, max) == ENOMEM && out == &out);
    free(p);
    return 0;
}
