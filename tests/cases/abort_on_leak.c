/* SPDX-License-Identifier: MIT
 * abort_on_leak.c: bdwgc's GC_ABORT_ON_LEAK aborts a program that leaked, after the report, and no other.
 *
 * run:
 *   env GC_ABORT_ON_LEAK=1
 *   args 1
 *   direct 1 10
 *   signal SIGABRT
 *   stderr-any
 *   glibc-differs
 * run:
 *   env GC_ABORT_ON_LEAK=1
 *   args 0
 *   direct 0 0
 */
#include "case.h"

int main(int argc, char **argv)
{
    lose(10, argc > 1 ? atoi(argv[1]) : 0);
    return 0;
}
