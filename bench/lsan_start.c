/* SPDX-License-Identifier: MIT
 * lsan_start.c: preloaded with liblsan: calls malloc before main.
 *
 * gcc 12's liblsan.so starts with the program's first malloc, and a preloaded
 * one crashes if sigaction or getenv's users come earlier, as in sqlite3, perl
 * and git.  With this they run, and can be compared.
 */
#include <stdlib.h>

__attribute__((constructor)) static void start(void)
{
    void *p = malloc(1);
    __asm__ volatile("" : "+r"(p));
    free(p);
}
