/* SPDX-License-Identifier: MIT
 * realloc_site_is_the_last.c: a block that realloc moved or resized has the size and the stack of that realloc.
 *
 * run:
 *   direct 3 1100220
 *   entry direct 1 200 grow main
 *   entry direct 1 1100000 grow_large main
 *   entry direct 1 20 shrink main
 *   groups 3
 */
#include "case.h"

static NOINLINE void grow(void)
{
    void *p = realloc(make(10), 200);
    KEEP(p);
}

static NOINLINE void grow_large(void)
{
    void *p = realloc(make(1000000), 1100000);
    KEEP(p);
}

static NOINLINE void shrink(void)
{
    void *p = realloc(make(3000), 20);
    KEEP(p);
}

int main(void)
{
    grow();
    grow_large();
    shrink();
    clear_stack();
    return 0;
}
