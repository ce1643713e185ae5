/* SPDX-License-Identifier: MIT
 * lost_nothing.c: a program that frees everything gets a report without leaks.
 *
 * run:
 *   direct 0 0
 *   indirect 0 0
 *   possible 0 0
 *   groups 0
 *   reports 1
 */
#include "case.h"

int main(void)
{
    for (int i = 0; i < 1000; i++)
        free(make((size_t)i));
    return 0;
}
