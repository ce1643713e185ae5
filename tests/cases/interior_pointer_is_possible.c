/* SPDX-License-Identifier: MIT
 * interior_pointer_is_possible.c: a block reached only through pointers into its inside is no leak, but "possible".
 *
 * run: report_kinds=direct,indirect
 *   direct 0 0
 *   possible 20 20160
 *   groups 0
 * run: report_kinds=direct,indirect,possible
 *   direct 0 0
 *   possible 20 20160
 *   groups 1
 *   entry possible 20 20160 make point_inside
 */
#include "case.h"

char *inside[20];

static NOINLINE void point_inside(void)
{
    /* One of them is large, and pointed to in one of its later pages. */
    for (volatile int i = 0; i < 20; i++)
        inside[i] = (char *)make(i < 19 ? 64 : 20160 - 19 * 64) + (i < 19 ? 1 + i : 9000);
}

int main(void)
{
    point_inside();
    clear_stack();
    return 0;
}
