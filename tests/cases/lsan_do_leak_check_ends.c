/* SPDX-License-Identifier: MIT
 * lsan_do_leak_check_ends.c: __lsan_do_leak_check is the last check: it reports, and ends the process only by exitcode.
 *
 * run:
 *   args clean
 *   stdout before after
 *   direct 0 0
 *   reports 1
 *   glibc-differs
 * run: exitcode=23
 *   args leak
 *   direct 1 5
 *   status 23
 *   reports 1
 *   glibc-differs
 */
#include "case.h"
#include "api.h"

int main(int argc, char **argv)
{
    int leak = argc > 1 && !strcmp(argv[1], "leak");
    NEED(__lsan_do_leak_check && leaksgc_check);
    if (leak)
        lose(5, 1);
    else
        printf("before ");
    __lsan_do_leak_check();
    if (leak)
        _exit(95);
    puts("after");
    /* As with LeakSanitizer, no second check at exit. */
    lose(50, 1);
    return 0;
}
