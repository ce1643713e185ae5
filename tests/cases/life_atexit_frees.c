/* SPDX-License-Identifier: MIT
 * life_atexit_frees.c: what an atexit handler, a destructor or another library's destructor frees is no leak.
 *
 * plugin: late
 *
 * run:
 *   direct 1 83
 *   stack make in_atexit
 */
#ifdef PLUGIN
#include <stdlib.h>
void *freed_late;
__attribute__((destructor)) static void late(void)
{
    free(freed_late);
    freed_late = NULL;
}
#else
#include "case.h"
#include <dlfcn.h>

static uintptr_t by_atexit, by_destructor, by_first;

static void in_atexit(void)
{
    free(REVEAL(by_atexit));
    void *p = make(83);
    KEEP(p);
}

__attribute__((destructor(101))) static void last(void)
{
    free(REVEAL(by_first));
}

__attribute__((destructor)) static void in_destructor(void)
{
    free(REVEAL(by_destructor));
}

static NOINLINE void set_up(void)
{
    by_atexit = HIDE(make(80));
    by_destructor = HIDE(make(81));
    by_first = HIDE(make(82));
    void *library = dlopen(plugin_path("late"), RTLD_NOW);
    CHECK(library);
    void **there = dlsym(library, "freed_late");
    CHECK(there);
    *there = make(84);
}

int main(void)
{
    set_up();
    atexit(in_atexit);
    clear_stack();
    return 0;
}
#endif
