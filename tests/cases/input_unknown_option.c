/* SPDX-License-Identifier: MIT
 * input_unknown_option.c: an unknown option and a bad value are each said once, by name, and the program runs on.
 *
 * run: no_such_option=1:malloc_context_size=many:use_stacks=perhaps
 *   stdout ran
 *   direct 1 5
 *   stderr-once no_such_option
 *   stderr-once malloc_context_size
 *   stderr-once many
 *   stderr-once use_stacks
 * run: exitcode=256
 *   stdout ran
 *   direct 1 5
 *   status 0
 *   stderr-once exitcode
 * run: format=yaml
 *   raw-options
 *   stdout ran
 *   stderr-once yaml
 *   stderr Direct leak of 5 byte
 */
#include "case.h"

int main(void)
{
    lose(5, 1);
    puts("ran");
    return 0;
}
