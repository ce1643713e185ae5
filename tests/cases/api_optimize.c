/* SPDX-License-Identifier: MIT
 * api_optimize.c: leaksgc_optimize frees what is surely lost, says how much, and leaves the rest to the program.
 *
 * run: min_age=0
 *   direct 0 0
 *   reports 2
 * run: min_age=1h
 *   args young
 *   direct 10 1000
 */
#include "case.h"
#include "api.h"

static void *held;

int main(int argc, char **argv)
{
    struct leaksgc_reclaimed r;
    uint64_t freed = argc > 1 && strcmp(argv[1], "young") == 0 ? 0 : 10;
    NEED(leaksgc_optimize);
    held = make(300);
    lose(100, 10);
    memset(&r, 1, sizeof r);
    CHECK(leaksgc_optimize(&r) == 0);
    CHECK(r.freed.objects == freed && r.freed.bytes == 100 * freed);
    CHECK(r.quarantined.objects == 0 && r.false_leaks.objects == 0);
    CHECK(leaksgc_optimize(&r) == 0 && r.freed.objects == 0);
    CHECK(((unsigned char *)held)[299] == 0x11);
    free(held);
    return 0;
}
