/* SPDX-License-Identifier: MIT
 * reuse_updates_the_record.c: a block that was freed and given out again is reported under its new site only.
 *
 * run:
 *   direct 100 4000
 *   entry direct 100 4000 make second main
 *   groups 1
 */
#include "case.h"

static NOINLINE void first(void)
{
    void *p[1000];
    for (int i = 0; i < 1000; i++)
        p[i] = make(40);
    for (int i = 0; i < 1000; i++)
        free(p[i]);
}

static NOINLINE void second(void)
{
    for (int i = 0; i < 100; i++) {
        void *p = make(40);
        KEEP(p);
    }
}

int main(void)
{
    first();
    second();
    clear_stack();
    return 0;
}
