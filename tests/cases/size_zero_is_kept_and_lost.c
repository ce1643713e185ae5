/* SPDX-License-Identifier: MIT
 * size_zero_is_kept_and_lost.c: a block of no bytes is kept by a pointer to it, and lost without one, with size 0.
 *
 * run:
 *   direct 3 0
 *   groups 1
 *   stack lose main
 */
#include "case.h"

void *held[3];

int main(void)
{
    for (int i = 0; i < 3; i++) {
        held[i] = malloc(0);
        CHECK(held[i]);
    }
    lose(0, 3);
    return 0;
}
