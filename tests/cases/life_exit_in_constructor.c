/* SPDX-License-Identifier: MIT
 * life_exit_in_constructor.c: a plugin's constructor that calls exit or _exit, inside dlopen and while checks run, ends the process.
 *
 * plugin: ends
 *
 * run: interval=1ms
 *   args exit
 *   status 3
 *   reports any
 *   direct any
 *   indirect any
 *   notes-any
 *   stderr-any
 * run: interval=1ms
 *   args _exit
 *   status 3
 *   reports any
 *   direct any
 *   indirect any
 *   notes-any
 *   stderr-any
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#ifdef PLUGIN
__attribute__((constructor)) static void leave(void)
{
    struct timespec t = { 0, 200000000 };

    /* Checks go on meanwhile, though this thread has the loader's lock. */
    while (nanosleep(&t, &t) != 0)
        ;
    if (!strcmp(getenv("ENDS_BY"), "exit"))
        exit(3);
    _exit(3);
}
#else
#include "case.h"
#include <dlfcn.h>

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    setenv("ENDS_BY", argv[1], 1);
    lose(6, 1);
    usleep(100000); /* the library's thread is there */
    dlopen(plugin_path("ends"), RTLD_NOW);
    return 1;
}
#endif
