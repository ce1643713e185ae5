/* SPDX-License-Identifier: MIT
 * stack_two_plugins_in_turn.c: two plugins that lay at the same address, one after the other, are told apart.
 *
 * plugin: one
 * plugin: two
 *
 * run:
 *   direct 2 102
 *   groups 2
 *   entry direct 1 51 lose_in_one main
 *   entry direct 1 51 lose_in_two main
 */
#ifdef PLUGIN
#include <stdlib.h>
#ifdef PLUGIN_one
#define lose_here lose_in_one
#else
#define lose_here lose_in_two
#endif
void lose_here(void)
{
    void *p = malloc(51);
    __asm__ volatile("" : "+r"(p));
}
#else
#include "case.h"
#include <dlfcn.h>

int main(void)
{
    static const char *const names[] = { "one", "two" };
    static const char *const functions[] = { "lose_in_one", "lose_in_two" };
    for (int i = 0; i < 2; i++) {
        void *library = dlopen(plugin_path(names[i]), RTLD_LAZY);
        CHECK(library);
        void (*lose_here)(void) = (void (*)(void))dlsym(library, functions[i]);
        CHECK(lose_here);
        lose_here();
        CHECK(dlclose(library) == 0);
    }
    clear_stack();
    return 0;
}
#endif
