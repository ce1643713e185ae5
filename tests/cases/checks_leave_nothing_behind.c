/* SPDX-License-Identifier: MIT
 * checks_leave_nothing_behind.c: what checks write down of lost blocks never lies in memory that the program gets.
 *
 * run: snapshot=fork
 *   direct 20000 2080000
 * run: snapshot=stop
 *   direct 20000 2080000
 */
#include "case.h"
#include "api.h"

enum { LOST = 20000, CHECKS = 3, KEPT = 20000 };

static void *volatile kept[CHECKS][KEPT];

int main(void)
{
    NEED(leaksgc_check);
    lose(104, LOST);
    for (int i = 0; i < CHECKS; i++) {
        CHECK(check_now().direct.objects == LOST);
        /* Memory of all sizes as it comes: whatever lies there is a root now. */
        for (int k = 0; k < KEPT; k++)
            kept[i][k] = malloc(16 + (size_t)k * 7919 % 1000 + (k % 100 == 0 ? 20000 : 0));
    }
    CHECK(check_now().direct.objects == LOST);
    return 0;
}
