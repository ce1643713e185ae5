/* SPDX-License-Identifier: MIT
 * api.c: the smallest use of <leaksgc.h>: check now, and list what is lost.
 *
 *   cc -g api.c $(pkg-config --cflags --libs leaksgc) && GC_FIND_LEAK=1 ./a.out
 *
 * Compiled with -DNO_API it is a program that knows nothing of the library.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef NO_API
#include <leaksgc.h>

static int show(const struct leaksgc_leak *leak, void *arg)
{
    (void)arg;
    printf("lost: %zu bytes in %" PRIu64 " object(s), %u frames deep\n",
           leak->size, leak->count, (unsigned)leak->stack->depth);
    return 0;
}

static void look(void)
{
    struct leaksgc_result result;

    /* -1: leak finding is off, because GC_FIND_LEAK is not set. */
    if (leaksgc_check(&result) == 1)
        leaksgc_leaks(show, NULL);
}
#else
static void look(void) {}
#endif

/* Loses 42 bytes.  noinline, so that the report names it. */
__attribute__((noinline)) static size_t remember(const char *text)
{
    char *copy = malloc(42);

    if (!copy)
        return 0;
    strncpy(copy, text, 41);
    copy[41] = '\0';
    return strlen(copy);
}

int main(void)
{
    printf("%zu characters\n", remember("nobody will free me"));
    look();
    return 0;
}
