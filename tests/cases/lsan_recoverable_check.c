/* SPDX-License-Identifier: MIT
 * lsan_recoverable_check.c: __lsan_do_recoverable_leak_check reports and returns non-zero, as often as it is called.
 *
 * run:
 *   direct 1 5
 *   reports 3
 */
#include "case.h"
#include "api.h"

int main(void)
{
    NEED(__lsan_do_recoverable_leak_check && leaksgc_check);
    CHECK(__lsan_do_recoverable_leak_check() == 0);
    lose(5, 1);
    CHECK(__lsan_do_recoverable_leak_check() != 0);
    return 0;
}
