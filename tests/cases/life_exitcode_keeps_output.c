/* SPDX-License-Identifier: MIT
 * life_exitcode_keeps_output.c: exitcode changes the status of a program that leaked and succeeded, and loses no output.
 *
 * run: exitcode=23
 *   args 0 1
 *   direct 1 5
 *   status 23
 *   stdout buffered line
 *   stdout unfinished line
 *   glibc-differs
 * run: exitcode=23
 *   args 3 1
 *   direct 1 5
 *   status 3
 *   stdout buffered line
 *   stdout unfinished line
 * run: exitcode=23
 *   args 0 0
 *   direct 0 0
 *   status 0
 *   stdout buffered line
 *   stdout unfinished line
 * run: exitcode=0
 *   args 0 1
 *   direct 1 5
 *   status 0
 *   stdout buffered line
 *   stdout unfinished line
 */
#include "case.h"

int main(int argc, char **argv)
{
    CHECK(argc == 3);
    printf("buffered line\nunfinished line");
    if (atoi(argv[2]))
        lose(5, 1);
    return atoi(argv[1]);
}
