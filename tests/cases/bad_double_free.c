/* SPDX-License-Identifier: MIT
 * bad_double_free.c: freeing a block twice is said once, with the stack of the call, and aborts, as glibc does.
 *
 * build: -rdynamic
 *
 * run:
 *   args small
 *   signal SIGABRT
 *   no-report
 *   stderr-once leaksgc: .*double free
 *   stderr second_free
 * run:
 *   args large
 *   signal SIGABRT
 *   no-report
 *   stderr-once leaksgc: .*(double free|invalid pointer)
 *   stderr second_free
 *   glibc-differs
 * run:
 *   args later
 *   signal SIGABRT
 *   no-report
 *   stderr-once leaksgc: .*double free
 *   stderr second_free
 *   glibc-differs
 * run:
 *   args realloc
 *   signal SIGABRT
 *   no-report
 *   stderr leaksgc: .*free
 *   stderr second_free
 *   glibc-differs
 */
#include "case.h"

NOINLINE void second_free(void *volatile p, int with_realloc)
{
    if (with_realloc)
        p = realloc(p, 500);
    else
        free(p);
    HERE();
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    void *volatile p = make(!strcmp(how, "large") ? 3000000 : 40);
    if (!strcmp(how, "later"))
        for (int i = 0; i < 200; i++) {
            void *q = make(40);
            if (i % 2)
                free(q);
        }
    free(p);
    second_free(p, !strcmp(how, "realloc"));
    return 0;
}
