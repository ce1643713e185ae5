/* SPDX-License-Identifier: MIT
 * option_check_at_exit.c: check_at_exit=0 is honoured: no report, no exit code.
 *
 * run: check_at_exit=0:exitcode=23
 *   no-report
 */
#include "case.h"

int main(void)
{
    lose(10, 1);
    return 0;
}
