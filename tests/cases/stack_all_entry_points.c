/* SPDX-License-Identifier: MIT
 * stack_all_entry_points.c: every function of the malloc family records size and caller of what it returns.
 *
 * run:
 *   entry direct 1 101 with_malloc main
 *   entry direct 1 102 with_calloc main
 *   entry direct 1 103 with_realloc main
 *   entry direct 1 104 with_reallocarray main
 *   entry direct 1 105 with_memalign main
 *   entry direct 1 106 with_aligned_alloc main
 *   entry direct 1 107 with_posix_memalign main
 *   entry direct 1 108 with_valloc main
 *   groups 9
 *   direct any
 */
#include "case.h"
#include <malloc.h>

#define WITH(name, call)                  \
    static NOINLINE void with_##name(void) \
    {                                     \
        void *p = NULL;                   \
        call;                             \
        CHECK(p);                         \
        KEEP(p);                          \
    }
WITH(malloc, p = malloc(101))
WITH(calloc, p = calloc(3, 34))
WITH(realloc, p = realloc(NULL, 103))
WITH(reallocarray, p = reallocarray(NULL, 4, 26))
WITH(memalign, p = memalign(64, 105))
WITH(aligned_alloc, p = aligned_alloc(64, 106))
WITH(posix_memalign, CHECK(posix_memalign(&p, 64, 107) == 0))
WITH(valloc, p = valloc(108))
WITH(pvalloc, p = pvalloc(109))

int main(void)
{
    with_malloc();
    with_calloc();
    with_realloc();
    with_reallocarray();
    with_memalign();
    with_aligned_alloc();
    with_posix_memalign();
    with_valloc();
    with_pvalloc();
    clear_stack();
    return 0;
}
