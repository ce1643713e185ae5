/* SPDX-License-Identifier: MIT
 * lsan_default_suppressions.c: rules that are compiled into the program hide the leaks that they name.
 *
 * build: -rdynamic
 *
 * run:
 *   direct 1 11
 *   groups 1
 *   nostack known_leak
 *   stderr-any
 */
#include "case.h"

const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "# a comment\nleak:known_leak\n";
}

static NOINLINE void known_leak(void)
{
    void *p = make(10);
    KEEP(p);
}

int main(void)
{
    known_leak();
    lose(11, 1);
    return 0;
}
