/* SPDX-License-Identifier: MIT
 * life_underscore_exit.c: _exit, quick_exit and abort end the process as they do without the library.
 *
 * run:
 *   args _exit
 *   status 5
 *   reports any
 *   direct any
 * run:
 *   args quick_exit
 *   status 6
 *   stdout at_quick_exit
 *   reports any
 *   direct any
 * run:
 *   args abort
 *   signal SIGABRT
 *   reports any
 *   direct any
 */
#include "case.h"

static void at_quick(void)
{
    if (write(1, "at_quick_exit\n", 14) != 14)
        _exit(97);
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    at_quick_exit(at_quick);
    lose(5, 1);
    printf("this stays in the buffer\n");
    if (!strcmp(how, "_exit"))
        _exit(5);
    if (!strcmp(how, "quick_exit"))
        quick_exit(6);
    abort();
}
