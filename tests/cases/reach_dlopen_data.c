/* SPDX-License-Identifier: MIT
 * reach_dlopen_data.c: a pointer in the data of a dlopened library keeps its block.
 *
 * plugin: holder
 *
 * run: use_globals=1
 *   direct 0 0
 * run: use_globals=0
 *   direct any
 *   indirect any
 *   site 1 102 make main
 */
#ifdef PLUGIN
void *held_here;
void *unused_page[4096];
#else
#include "case.h"
#include <dlfcn.h>

int main(void)
{
    void *library = dlopen(plugin_path("holder"), RTLD_NOW);
    CHECK(library);
    void **held = dlsym(library, "held_here");
    CHECK(held);
    *held = make(102);
    clear_stack();
    /* dlopen's own blocks hang on the loader's data: those are not counted. */
    return 0;
}
#endif
