/* SPDX-License-Identifier: MIT
 * reported_is_confirmed.c: what a report lists as lost libgc's marker does not reach either, in place and on a copy.
 *
 * run: verbosity=2:snapshot=stop
 *   direct 1 100
 *   stderr confirmed: [1-9][0-9]* object\(s\) compared, libgc's marker says the same of all
 * run: verbosity=2:snapshot=fork
 *   direct 1 100
 *   stderr confirmed: [1-9][0-9]* object\(s\) compared, libgc's marker says the same of all
 */
#include "case.h"

int main(void)
{
    lose(100, 1);
    return 0;
}
