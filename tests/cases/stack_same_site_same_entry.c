/* SPDX-License-Identifier: MIT
 * stack_same_site_same_entry.c: one call in a loop is one entry, two calls on two lines are two.
 *
 * run:
 *   direct 30 900
 *   groups 2
 *   entry direct 20 600 make loop
 *   entry direct 10 300 make loop
 */
#include "case.h"

static NOINLINE void loop(void)
{
    for (volatile int i = 0; i < 10; i++) {
        void *p = make(30);
        KEEP(p);
        for (volatile int k = 0; k < 2; k++) {
            p = make(30);
            KEEP(p);
        }
    }
}

int main(void)
{
    loop();
    clear_stack();
    return 0;
}
