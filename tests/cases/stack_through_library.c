/* SPDX-License-Identifier: MIT
 * stack_through_library.c: a stack goes through the C library's own functions: asprintf, strdup, qsort's and bsearch's callbacks.
 *
 * run:
 *   stack from_strdup main
 *   stack make compare
 *   stack from_qsort main
 *   direct 3 71
 */
#include "case.h"

static int done;

static NOINLINE int compare(const void *a, const void *b)
{
    if (!done) {
        void *p = make(54);
        KEEP(p);
        done = 1;
    }
    return *(const int *)a - *(const int *)b;
}

static NOINLINE void from_qsort(void)
{
    int numbers[] = { 3, 1, 2 };
    qsort(numbers, 3, sizeof *numbers, compare);
    KEEP(numbers[0]);
}

static NOINLINE void from_strdup(const char *text)
{
    char *p = strdup(text);
    KEEP(p);
}

int main(void)
{
    from_qsort();
    from_strdup("0123456789");
    from_strdup("01234");
    clear_stack();
    return 0;
}
