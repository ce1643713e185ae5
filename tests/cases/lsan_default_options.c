/* SPDX-License-Identifier: MIT
 * lsan_default_options.c: __lsan_default_options is read; what the environment says comes after and wins.
 *
 * build: -rdynamic
 *
 * run:
 *   direct 1 10
 *   status 7
 *   lsan-differs
 * run: exitcode=9
 *   direct 1 10
 *   status 9
 *   glibc-differs
 *   lsan-differs
 */
#include "case.h"
#include "api.h"

const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
    return "exitcode=7:malloc_context_size=3";
}

int main(void)
{
    lose(10, 1);
    return leaksgc_check ? 0 : 7;
}
