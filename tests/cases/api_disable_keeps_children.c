/* SPDX-License-Identifier: MIT
 * api_disable_keeps_children.c: what a block made under disable points to is no leak either.
 *
 * run:
 *   direct 0 0
 *   indirect 0 0
 */
#include "case.h"
#include "api.h"

static NOINLINE void family(void)
{
    leaksgc_disable();
    void **p = make(32);
    leaksgc_enable();
    p[0] = make(64);
}

int main(void)
{
    NEED(leaksgc_disable && leaksgc_enable);
    family();
    clear_stack();
    return 0;
}
