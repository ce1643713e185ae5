/* SPDX-License-Identifier: MIT
 * report_without_tool.c: without the tool the report is made all the same, with modules and offsets.
 *
 * run: tool=/does/not/exist
 *   env LEAKSGC_TOOL=/does/not/exist
 *   env PATH=/does/not/exist
 *   direct 1 5
 *   groups 1
 *   stderr-any
 *   notes-any
 * run: symbolize=0
 *   direct 1 5
 *   groups 1
 *   stack ? ? ?
 */
#include "case.h"

int main(void)
{
    lose(5, 1);
    return 0;
}
