/* SPDX-License-Identifier: MIT
 * unaligned_pointer_keeps_nothing.c: as in other leak finders, a pointer stored at an odd address is none.
 *
 * run:
 *   direct 1 100
 */
#include "case.h"

struct __attribute__((packed)) { char odd; void *p; } held;

int main(void)
{
    void *p = make(100);
    memcpy(&held.p, &p, sizeof p);
    clear_stack();
    p = NULL;
    KEEP(p);
    return 0;
}
