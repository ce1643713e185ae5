/* SPDX-License-Identifier: MIT
 * report_many_kinds.c: report_kinds chooses what is listed, the summary counts every kind whatever is listed.
 *
 * run: report_kinds=reachable
 *   entry reachable 3 96 make keep_three main
 *   direct any
 *   indirect any
 *   summary direct 1 24
 *   summary indirect 1 40
 * run: report_kinds=indirect
 *   groups 1
 *   entry indirect 1 40 make family main
 *   direct any
 *   indirect any
 *   summary direct 1 24
 * run: report_kinds=none
 *   groups 0
 *   direct any
 *   indirect any
 *   summary direct 1 24
 *   summary indirect 1 40
 */
#include "case.h"

void *held[3];

static NOINLINE void keep_three(void)
{
    for (volatile int i = 0; i < 3; i++)
        held[i] = make(32);
}

static NOINLINE void family(void)
{
    void **p = make(24);
    p[0] = make(40);
}

int main(void)
{
    keep_three();
    family();
    clear_stack();
    return 0;
}
