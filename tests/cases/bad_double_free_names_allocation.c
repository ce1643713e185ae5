/* SPDX-License-Identifier: MIT
 * bad_double_free_names_allocation.c: the message of a free of an interior pointer shows who allocated the block.
 *
 * build: -rdynamic
 *
 * run:
 *   signal SIGABRT
 *   no-report
 *   stderr wrong_free
 *   stderr allocate_it
 */
#include "case.h"

NOINLINE char *allocate_it(void)
{
    char *p = malloc(300);
    KEEP(p);
    return p;
}

NOINLINE void wrong_free(void *p)
{
    free(p);
    HERE();
}

int main(void)
{
    wrong_free(allocate_it() + 32);
    return 0;
}
