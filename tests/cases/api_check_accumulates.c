/* SPDX-License-Identifier: MIT
 * api_check_accumulates.c: leaksgc_check says what is lost so far, each object once, however often it is called.
 *
 * run:
 *   direct 6 600
 *   entry direct 6 600 make lose
 *   reports 1
 */
#include "case.h"
#include "api.h"

static NOINLINE void again(void)
{
    lose(100, 2);
}

int main(void)
{
    NEED(leaksgc_check);
    for (unsigned round = 1; round <= 3; round++) {
        again();
        for (int twice = 0; twice < 2; twice++) {
            struct leaksgc_result result;
            memset(&result, 0, sizeof result);
            CHECK(leaksgc_check(&result) == 1);
            CHECK(result.direct.objects == 2 * round && result.direct.bytes == 200 * round);
            CHECK(result.indirect.objects == 0 && result.num_threads >= 1);
            CHECK(result.checks == 2 * round - 1 + (unsigned)twice);
            CHECK(result.heap_objects >= 2 * round && result.after.live_bytes >= 200 * round);
            CHECK(result.pause_ns > 0 && result.duration_ns >= result.pause_ns);
        }
    }
    return 0;
}
