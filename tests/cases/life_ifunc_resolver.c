/* SPDX-License-Identifier: MIT
 * life_ifunc_resolver.c: malloc works in an IFUNC resolver, before any constructor ran.
 *
 * build: -Wl,-z,lazy
 *
 * run:
 *   stdout 42
 *   direct 0 0
 */
#include "case.h"

void *from_resolver;

static int answer(void)
{
    return 42;
}

int chosen(void) __attribute__((ifunc("resolve")));

static int (*resolve(void))(void)
{
    from_resolver = malloc(70);
    free(malloc(71));
    return answer;
}

int main(void)
{
    printf("%d\n", chosen());
    CHECK(from_resolver);
    ((char *)from_resolver)[69] = 1;
    return 0;
}
