/* SPDX-License-Identifier: MIT
 * reclaim_frees_the_lost.c: reclaim=free gives back exactly what two checks in a row found lost; what is held stays, and what is of a site that is not named.
 *
 * run: reclaim=free:min_age=0
 *   args 0
 *   direct 0 0
 *   reports 2
 * run: reclaim=free:min_age=0:snapshot=fork
 *   args 0
 *   direct 0 0
 *   reports 2
 * run: reclaim=free:min_age=0:snapshot=fork:verbosity=2
 *   args 0
 *   direct 0 0
 *   reports 2
 *   stderr [1-9][0-9]* object\(s\) compared, libgc's marker says the same of all
 * run: reclaim=free:min_age=0:snapshot=stop:verbosity=2
 *   args 0
 *   direct 0 0
 *   reports 2
 *   stderr [1-9][0-9]* object\(s\) compared, libgc's marker says the same of all
 * run: reclaim=free:min_age=0:reclaim_sites=no_such_module;reclaim_frees*
 *   args 0
 *   direct 0 0
 *   reports 2
 * run: reclaim=free:min_age=0:reclaim_sites=no_such_module
 *   args 20
 *   direct 20 2000
 * run: reclaim=free
 *   args 20
 *   direct 20 2000
 * run: min_age=0
 *   args 20
 *   direct 20 2000
 */
#include "case.h"
#include "api.h"

enum { HELD = 50 };
static void *held[HELD];

int main(int argc, char **argv)
{
    uint64_t left = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    for (int i = 0; i < HELD; i++)
        held[i] = make(100);
    lose(100, 20);
    if (leaksgc_check) {
        struct leaksgc_result r = check_now();
        CHECK(r.direct.objects == 20 && r.reclaimed.objects == 0);
        r = check_now(); /* the second that finds them lost */
        CHECK(r.direct.objects == 20 && r.reclaimed.objects == 20 - left);
        CHECK(r.reclaimed.bytes == 100 * (20 - left) && r.false_leaks.objects == 0);
        r = check_now();
        CHECK(r.direct.objects == left && r.fresh.objects == 0);
    } else if (left == 0) {
        _exit(0);
    }
    for (int i = 0; i < HELD; i++) {
        for (int k = 0; k < 100; k++)
            CHECK(((unsigned char *)held[i])[k] == 0x11);
        free(held[i]);
    }
    return 0;
}
