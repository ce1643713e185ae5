/* SPDX-License-Identifier: MIT
 * input_turned_off.c: GC_FIND_LEAK=0 is off, quiet whatever LEAKSGC_OPTIONS says.
 *
 * run: exitcode=23:verbosity=2
 *   env GC_FIND_LEAK=0
 *   stdout ran
 *   no-report
 */
#include "case.h"

int main(void)
{
    lose(5, 1);
    puts("ran");
    return 0;
}
