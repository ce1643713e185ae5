/* SPDX-License-Identifier: MIT
 * many_objects_of_one_site.c: 100 000 lost objects of one site are one entry with the full count.
 *
 * run:
 *   direct 100000 4800000
 *   groups 1
 *   stack make lose main
 */
#include "case.h"

int main(void)
{
    lose(48, 100000);
    return 0;
}
