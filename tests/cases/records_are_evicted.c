/* SPDX-License-Identifier: MIT
 * records_are_evicted.c: with room for ten records of two hundred lost blocks all are listed, none is new a second time, and the report says what was given up.
 *
 * run: max_records=10
 *   direct 202 20200
 *   note \d+ record.s. of lost objects were evicted by max_records=10
 */
#include "case.h"
#include "api.h"

int main(void)
{
    lose(100, 200);
    if (leaksgc_check) {
        CHECK(check_now().fresh.objects == 200);
        CHECK(check_now().fresh.objects == 0);
    }
    lose(100, 2);
    if (leaksgc_check) {
        struct leaksgc_result r = check_now();
        CHECK(r.fresh.objects == 2 && r.fresh.bytes == 200);
        CHECK(r.direct.objects == 202 && r.evicted > 0);
    }
    return 0;
}
