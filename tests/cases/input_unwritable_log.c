/* SPDX-License-Identifier: MIT
 * input_unwritable_log.c: a log file that cannot be written is said, and the report goes to standard error.
 *
 * run:
 *   log /does/not/exist/report
 *   stderr /does/not/exist/report
 *   stderr "kind":"direct","bytes":5
 *   stderr-once ENOENT|No such file or directory
 * run:
 *   log ${tmp}
 *   stderr "kind":"direct","bytes":5
 *   stderr-once EISDIR|Is a directory
 */
#include "case.h"

int main(void)
{
    lose(5, 1);
    return 0;
}
