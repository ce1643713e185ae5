/* SPDX-License-Identifier: MIT
 * api_check_reports.c: leaksgc_check(NULL) reports, and returns 0 as long as nothing is lost, 1 from then on.
 *
 * run:
 *   direct 1 5
 *   reports 3
 */
#include "case.h"
#include "api.h"

int main(void)
{
    NEED(leaksgc_check);
    CHECK(leaksgc_check(NULL) == 0);
    lose(5, 1);
    CHECK(leaksgc_check(NULL) == 1);
    return 0;
}
