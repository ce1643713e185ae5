/* SPDX-License-Identifier: MIT
 * detector_bad_places.c: places that are none (no text, no line, no end, no memory) are frames without names, and nothing else.
 *
 * run:
 *   direct 8 36
 *   stack lose_at
 * run: format=text:log_path=stderr
 *   reports 0
 *   stderr in lose_at
 *   stderr ^SUMMARY: leaksgc: 36 byte
 */
#include "case.h"
#include "leaksgc/leak_detector.h"

#define PLACE __attribute__((section("leaksgc_places"), used))
static const char no_line[] PLACE = "malloc file.c";
static const char no_number[] PLACE = "malloc file.c:12x";
static const char zero[] PLACE = "malloc file.c:0";
static const char no_file[] PLACE = "malloc:12";
static const char much[5000] PLACE = "malloc ";
static const char elsewhere[] = "malloc file.c:12";

static __attribute__((noinline)) void lose_at(const char *place, size_t n)
{
    void *volatile p = leaksgc_malloc_at ? leaksgc_malloc_at(n, place) : (malloc)(n);
    (void)p;
    __asm__ volatile("");
}

int main(void)
{
    char *here = (malloc)(30);
    strcpy(here, "malloc file.c:12");
    lose_at(no_line, 1);
    lose_at(no_number, 2);
    lose_at(zero, 3);
    lose_at(no_file, 4);
    lose_at(much + sizeof much - 1, 5);
    lose_at(elsewhere, 6);
    lose_at(here, 7);
    lose_at(NULL, 8);
    clear_stack();
    (free)(here);
    return 0;
}
