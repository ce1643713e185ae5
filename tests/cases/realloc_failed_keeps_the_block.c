/* SPDX-License-Identifier: MIT
 * realloc_failed_keeps_the_block.c: after a realloc that failed the old block is there, with its contents, site and size.
 *
 * run:
 *   direct 1 50
 *   stack make main
 */
#include "case.h"

int main(void)
{
    char *p = make(50);
    volatile size_t too_much = (size_t)PTRDIFF_MAX + 1;
    errno = 0;
    CHECK(realloc(p, too_much) == NULL && errno == ENOMEM);
    for (int i = 0; i < 50; i++)
        CHECK(p[i] == 0x11);
    p = NULL;
    KEEP(p);
    clear_stack();
    return 0;
}
