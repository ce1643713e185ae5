/* SPDX-License-Identifier: MIT
 * default_options_of_the_program.c: __leaksgc_default_options is read before the environment.
 *
 * build: -rdynamic
 *
 * run:
 *   direct 1 10
 *   status 7
 *   glibc-differs
 *   lsan-differs
 * run: exitcode=9
 *   direct 1 10
 *   status 9
 *   glibc-differs
 *   lsan-differs
 */
#include "case.h"

const char *__leaksgc_default_options(void);
const char *__leaksgc_default_options(void)
{
    return "exitcode=7";
}

int main(void)
{
    lose(10, 1);
    return 0;
}
