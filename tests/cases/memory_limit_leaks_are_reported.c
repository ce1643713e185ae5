/* SPDX-License-Identifier: MIT
 * memory_limit_leaks_are_reported.c: in a tight address space a leak is reported, or standard error says what is missing.
 *
 * run:
 *   ulimit-v 200000
 *   stdout done
 *   direct 100 10000
 *   stderr-any
 */
#include "case.h"

int main(void)
{
    lose(100, 100);
    puts("done");
    return 0;
}
