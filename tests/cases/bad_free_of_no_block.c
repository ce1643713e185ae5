/* SPDX-License-Identifier: MIT
 * bad_free_of_no_block.c: freeing what is no block is said once, with the stack of the call, and aborts, as glibc does.
 *
 * build: -rdynamic
 *
 * run:
 *   args interior
 *   signal SIGABRT
 *   no-report
 *   stderr-once leaksgc: .*free
 *   stderr wrong_free
 * run:
 *   args interior-large
 *   signal SIGABRT
 *   no-report
 *   stderr-once leaksgc: .*free
 *   stderr wrong_free
 * run:
 *   args stack
 *   signal SIGABRT
 *   no-report
 *   stderr-once leaksgc: .*free
 *   stderr wrong_free
 * run:
 *   args global
 *   signal SIGABRT
 *   no-report
 *   stderr-once leaksgc: .*free
 *   stderr wrong_free
 * run:
 *   args mmap
 *   signal SIGABRT
 *   no-report
 *   stderr-once leaksgc: .*free
 *   stderr wrong_free
 *   glibc-differs
 * run:
 *   args number
 *   signal SIGABRT
 *   no-report
 *   stderr-once leaksgc: .*free
 *   stderr wrong_free
 *   glibc-differs
 */
#include "case.h"
#include <sys/mman.h>

static char global[64];

NOINLINE void wrong_free(void *p)
{
    free(p);
    HERE();
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    char local[64];
    char *volatile p = NULL;
    if (!strcmp(how, "interior"))
        p = (char *)make(200) + 8;
    else if (!strcmp(how, "interior-large"))
        p = (char *)make(1000000) + 4097;
    else if (!strcmp(how, "stack"))
        p = local + 8;
    else if (!strcmp(how, "global"))
        p = global + 8;
    else if (!strcmp(how, "mmap"))
        p = (char *)mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + 32;
    else
        p = (char *)0x123450;
    wrong_free(p);
    return 0;
}
