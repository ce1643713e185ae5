/* SPDX-License-Identifier: MIT
 * lsan_is_turned_off.c: a program that says so with __lsan_is_turned_off is not checked.
 *
 * build: -rdynamic
 *
 * run: exitcode=23
 *   no-report
 */
#include "case.h"

int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return 1;
}

int main(void)
{
    lose(11, 1);
    return 0;
}
