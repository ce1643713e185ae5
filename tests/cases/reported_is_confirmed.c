/* SPDX-License-Identifier: MIT
 * reported_is_confirmed.c: what a report lists as lost libgc's marker does not reach either, in place and on a copy; with confirm_limit=0 it is not asked.
 *
 * run: verbosity=2:snapshot=stop
 *   direct 1 100
 *   stderr confirmed: [1-9][0-9]* object\(s\) compared, libgc's marker says the same of all
 * run: verbosity=2:snapshot=fork
 *   direct 1 100
 *   stderr confirmed: [1-9][0-9]* object\(s\) compared, libgc's marker says the same of all
 * run: verbosity=2:confirm_limit=0
 *   direct 1 100
 */
#include "case.h"

int main(void)
{
    lose(100, 1);
    return 0;
}
