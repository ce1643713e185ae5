/* SPDX-License-Identifier: MIT
 * threads_stack_of_16k.c: a thread with the least stack there is allocates objects of all sizes and writes to nothing below it.
 *
 * run:
 *   direct 0 0
 */
#include "case.h"
#include <limits.h>
#include <sys/mman.h>

enum { STACK = 16 << 10, BELOW = 64 << 10, OBJECTS = 4000, LARGEST = 20000 };

static void *kept[OBJECTS];

static void *allocates(void *unused)
{
    for (int i = 0; i < OBJECTS; i++)
        kept[i] = malloc((size_t)(i * 37 % LARGEST));
    for (int i = 0; i < OBJECTS; i++)
        free(kept[i]);
    return unused;
}

/* What goes beyond its end is killed. */
int main(void)
{
    char *p = mmap(NULL, BELOW + STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_attr_t attr;
    pthread_t thread;

    CHECK(p != MAP_FAILED && mprotect(p, BELOW, PROT_NONE) == 0);
    CHECK(pthread_attr_init(&attr) == 0);
    CHECK(pthread_attr_setstack(&attr, p + BELOW, STACK) == 0);
    CHECK(pthread_create(&thread, &attr, allocates, NULL) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    return 0;
}
