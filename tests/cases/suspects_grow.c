/* SPDX-License-Identifier: MIT
 * suspects_grow.c: a list that gets longer from check to check is a suspect, apart from the leaks; a cache that is full and a site that comes and goes are none.
 *
 * run: suspect_checks=4
 *   section suspects 80 5120 make list_grows
 * run: suspect_checks=0
 *   section suspects none
 */
#include "case.h"
#include "api.h"

void *list[1000], *cache[100], *working[100];
static int listed, cached;

static NOINLINE void list_grows(void)
{
    for (int i = 0; i < 10; i++) {
        list[listed++] = make(64);
        HERE();
    }
}

static NOINLINE void cache_fills(void)
{
    while (cached < 50) {
        cache[cached++] = make(100);
        HERE();
    }
}

static NOINLINE void working_set(int round)
{
    for (int i = 0; i < 100; i++) {
        free(working[i]);
        working[i] = i < (round * 37) % 100 ? make(32) : NULL;
        HERE();
    }
}

int main(void)
{
    for (int round = 0; round < 8; round++) {
        list_grows();
        cache_fills();
        working_set(round);
        if (leaksgc_check && round < 7) /* the check at the end is the eighth */
            check_now();
        usleep(60000); /* checks that come faster do not count */
    }
    return 0;
}
