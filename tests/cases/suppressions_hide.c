/* SPDX-License-Identifier: MIT
 * suppressions_hide.c: a suppression file hides leaks by function, file and wildcards, and nothing else.
 *
 * run:
 *   suppress # comment
 *   suppress leak:hidden_one
 *   suppress leak:^hid*n_two$
 *   direct 1 12
 *   groups 1
 *   nostack hidden_one
 *   nostack hidden_two
 *   stderr-any
 *   lsan-differs
 * run:
 *   suppress leak:suppressions_hide.c
 *   direct 0 0
 *   groups 0
 *   stderr-any
 *   lsan-differs
 * run: exitcode=23
 *   suppress leak:main
 *   direct 0 0
 *   status 0
 *   stderr-any
 *   lsan-differs
 * run: exitcode=23
 *   suppress leak:hidden
 *   direct 1 12
 *   status 23
 *   stderr-any
 *   glibc-differs
 *   lsan-differs
 */
#include "case.h"

static NOINLINE void hidden_one(void)
{
    void *p = make(10);
    KEEP(p);
}

static NOINLINE void hidden_two(void)
{
    void *p = make(11);
    KEEP(p);
}

int main(void)
{
    hidden_one();
    hidden_two();
    lose(12, 1);
    HERE();
    return 0;
}
