/* SPDX-License-Identifier: MIT
 * reach_main_stack.c: a pointer in a live frame of main keeps its block.
 *
 * run: use_stacks=1
 *   direct 0 0
 * run: use_stacks=0
 *   direct 1 103
 *   stack make main
 */
#include "case.h"

int main(void)
{
    void *volatile held[4];
    held[2] = make(103);
    clear_stack();
    exit(held[2] == NULL);
}
