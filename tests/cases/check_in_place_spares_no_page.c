/* SPDX-License-Identifier: MIT
 * check_in_place_spares_no_page.c: what libgc's marker, run in the program itself, took for pointers into memory without an object keeps no memory from malloc.
 *
 * run: snapshot=stop:verify_marking=1
 *   args 160
 * run: snapshot=stop:verify_marking=1
 *   args 220
 * run: snapshot=stop:reclaim=free
 *   args 250
 */
#include "case.h"
#include "api.h"

/* The heap grows downwards, in small steps as long as it is small: malloc
 * failed when all that it grew into had been pointed to.  How many blocks of
 * `first` make it ready for that depends on what the kernel has mapped where. */
static int first = 160;
enum { COUNT = 40000, PAGES = 128 << 8, PAGE = 4096 };
static void *block[COUNT];
static uintptr_t *stale;

static void fill(int from, int to)
{
    for (int i = from; i < to; i++)
        block[i] = make(i < first ? 100000 : i % 50 == 0 ? 30000 + (size_t)i % 7000 : (size_t)i % 1900);
}

static void point_below_the_heap(void)
{
    uintptr_t lowest = UINTPTR_MAX;

    for (int i = 0; i < first; i++)
        lowest = (uintptr_t)block[i] < lowest ? (uintptr_t)block[i] : lowest;
    for (uintptr_t i = 0; i < PAGES; i++)
        stale[i] = (lowest & ~(uintptr_t)(PAGE - 1)) - (i + 1) * PAGE + 64;
}

int main(int argc, char **argv)
{
    first = argc > 1 ? atoi(argv[1]) : first;
    stale = make(PAGES * sizeof *stale);
    fill(0, first);
    point_below_the_heap();
    if (leaksgc_check)
        check_now();
    fill(first, COUNT);
    for (int i = 0; i < COUNT; i++)
        free(block[i]);
    free(stale);
    return 0;
}
