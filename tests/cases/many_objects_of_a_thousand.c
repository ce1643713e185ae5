/* SPDX-License-Identifier: MIT
 * many_objects_of_a_thousand.c: a thousand lost objects of every size are all counted: bdwgc's limit of 40 shows nowhere.
 *
 * run:
 *   direct 1000 12512500
 *   groups 1
 *   stderr-any
 */
#include "case.h"

static NOINLINE void rising(void)
{
    for (size_t i = 1; i <= 1000; i++) {
        void *p = make(i * 25);
        KEEP(p);
    }
}

int main(void)
{
    rising();
    clear_stack();
    return 0;
}
