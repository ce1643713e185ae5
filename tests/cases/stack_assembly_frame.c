/* SPDX-License-Identifier: MIT
 * stack_assembly_frame.c: hand-written assembly with unwind information is passed; without, the block is still counted.
 *
 * build: @srcdir@/stack_assembly_frame.S
 *
 * run:
 *   args described
 *   direct 1 48
 *   stack with_cfi main
 * run:
 *   args bare
 *   direct 1 48
 *   stack without_cfi
 */
#include "case.h"

void *with_cfi(size_t n);
void *without_cfi(size_t n);

static NOINLINE void call(int bare)
{
    void *p = bare ? without_cfi(48) : NULL;
    KEEP(p);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "bare")) {
        call(1);
    } else {
        void *p = with_cfi(48);
        KEEP(p);
    }
    clear_stack();
    return 0;
}
