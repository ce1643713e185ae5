/* SPDX-License-Identifier: MIT
 * memory_limit.c: with the address space exhausted malloc gives NULL and ENOMEM, the program survives and works on.
 *
 * run:
 *   ulimit-v 400000
 *   stdout refused, recovered
 *   direct any
 *   indirect any
 *   reports any
 *   notes-any
 *   stderr-any
 * run:
 *   quiet
 *   ulimit-v 400000
 *   stdout refused, recovered
 *   stderr-any
 */
#include "case.h"

int main(void)
{
    void **list = NULL;
    /* A stack that has to grow later would be a SIGSEGV, with any malloc. */
    clear_stack();
    size_t n = 1 << 20;
    errno = 0;
    for (;;) {
        void **p = malloc(n);
        if (!p && n > 64) {
            CHECK(errno == ENOMEM);
            n /= 2;
            continue;
        }
        if (!p)
            break;
        p[0] = list;
        list = p;
    }
    CHECK(errno == ENOMEM);
    CHECK(calloc(1, 1 << 26) == NULL);
    while (list) {
        void **next = list[0];
        free(list);
        list = next;
    }
    for (int i = 0; i < 50; i++) {
        void *p = malloc(1 << 20);
        CHECK(p);
        memset(p, 1, 1 << 20);
        p = realloc(p, 2 << 20);
        CHECK(p);
        free(p);
    }
    puts("refused, recovered");
    return 0;
}
