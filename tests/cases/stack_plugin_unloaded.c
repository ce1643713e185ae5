/* SPDX-License-Identifier: MIT
 * stack_plugin_unloaded.c: frames of a plugin that was closed since still have their names.
 *
 * plugin: gone
 *
 * run:
 *   direct 2 98
 *   stack plugin_inner plugin_lose main
 */
#ifdef PLUGIN
#include <stdlib.h>
__attribute__((noinline)) static void plugin_inner(void)
{
    void *p = malloc(49);
    __asm__ volatile("" : "+r"(p));
}
void plugin_lose(void)
{
    plugin_inner();
    __asm__ volatile("");
}
#else
#include "case.h"
#include <dlfcn.h>
#include <sys/mman.h>

int main(void)
{
    for (int i = 0; i < 2; i++) {
        void *library = dlopen(plugin_path("gone"), RTLD_NOW);
        CHECK(library);
        void (*plugin_lose)(void) = (void (*)(void))dlsym(library, "plugin_lose");
        CHECK(plugin_lose);
        plugin_lose();
        CHECK(dlclose(library) == 0);
    }
    clear_stack();
    return 0;
}
#endif
