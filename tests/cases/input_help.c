/* SPDX-License-Identifier: MIT
 * input_help.c: help=1 lists the options with their defaults, and the program runs on.
 *
 * run: help=1
 *   stdout ran
 *   direct 1 5
 *   stderr-once ^ *malloc_context_size
 *   stderr-once ^ *use_globals
 *   stderr-once ^ *log_path
 */
#include "case.h"

int main(void)
{
    lose(5, 1);
    puts("ran");
    return 0;
}
