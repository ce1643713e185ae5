/* SPDX-License-Identifier: MIT
 * edge_alignment.c: every power of two up to 2 MiB and beyond is honoured; wrong alignments are refused as by glibc.
 *
 * run:
 *   direct 0 0
 */
#include "case.h"
#include <malloc.h>

int main(void)
{
    static const size_t sizes[] = { 0, 1, 7, 24, 100, 2048, 5000, 100000 };
    void *p[64];
    for (size_t align = 1; align <= (size_t)8 << 20; align *= 2) {
        for (unsigned s = 0; s < 8; s++) {
            int n = 0;
            p[n++] = memalign(align, sizes[s]);
            p[n++] = aligned_alloc(align, sizes[s]);
            if (align >= sizeof(void *))
                CHECK(posix_memalign(&p[n++], align, sizes[s]) == 0);
            for (int i = 0; i < n; i++) {
                CHECK(p[i] && (uintptr_t)p[i] % align == 0 && (uintptr_t)p[i] % 16 == 0);
                CHECK(malloc_usable_size(p[i]) >= sizes[s]);
                memset(p[i], 0x5a, sizes[s]);
            }
            /* An aligned block can be resized like any other. */
            p[0] = realloc(p[0], sizes[s] + 3000);
            CHECK(p[0]);
            for (size_t i = 0; i < sizes[s]; i++)
                CHECK(((char *)p[0])[i] == 0x5a);
            while (n)
                free(p[--n]);
        }
    }
    void *q = p;
    static const size_t wrong[] = { 0, 1, 2, 4, 3, 7, 12, 24, 4095, 65537 };
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        errno = 33;
        CHECK(posix_memalign(&q, wrong[i], 10) == EINVAL && q == p && errno == 33);
    }
    /* glibc 2.36 rounds these up to a power of two. */
    for (size_t align = 3; align < 5000; align += 97) {
        q = memalign(align, 50);
        CHECK(q);
        size_t up = 16;
        while (up < align)
            up *= 2;
        CHECK((uintptr_t)q % up == 0);
        free(q);
        q = aligned_alloc(align, 50);
        CHECK(q);
        free(q);
    }
    errno = 0;
    volatile size_t beyond = SIZE_MAX / 2 + 2;
    CHECK(memalign(beyond, 1) == NULL && errno == EINVAL);
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    q = valloc(100);
    CHECK(q && (uintptr_t)q % page == 0);
    free(q);
    q = pvalloc(page + 1);
    CHECK(q && (uintptr_t)q % page == 0 && malloc_usable_size(q) >= 2 * page);
    free(q);
    return 0;
}
