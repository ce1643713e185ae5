/* SPDX-License-Identifier: MIT
 * stack_debug_link.c: a stripped program's static functions are named from the file that .gnu_debuglink names.
 *
 * after: objcopy --only-keep-debug "$case" "$base.debug" && strip "$case" && objcopy --add-gnu-debuglink="$base.debug" "$case"
 *
 * run:
 *   direct 1 52
 *   stack make known_by_debug_file main
 */
#include "case.h"

static NOINLINE void known_by_debug_file(void)
{
    void *p = make(52);
    KEEP(p);
}

int main(void)
{
    known_by_debug_file();
    clear_stack();
    return 0;
}
