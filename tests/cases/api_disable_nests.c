/* SPDX-License-Identifier: MIT
 * api_disable_nests.c: what is allocated between disable and enable is no leak; the pairs nest.
 *
 * run:
 *   args leaksgc
 *   direct 1 30
 * run:
 *   args lsan
 *   direct 1 30
 */
#include "case.h"
#include "api.h"

int main(int argc, char **argv)
{
    int lsan = argc > 1 && !strcmp(argv[1], "lsan");
    NEED(leaksgc_disable && leaksgc_enable && __lsan_disable && __lsan_enable);
    void (*disable)(void) = lsan ? __lsan_disable : leaksgc_disable;
    void (*enable)(void) = lsan ? __lsan_enable : leaksgc_enable;
    disable();
    lose(10, 1);
    disable();
    lose(11, 1);
    enable();
    lose(12, 1);
    enable();
    lose(30, 1);
    return 0;
}
