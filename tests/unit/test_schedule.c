/* SPDX-License-Identifier: MIT
 * test_schedule.c: when checks of a series are due. */
#include <criterion/criterion.h>

#include "run/schedule.h"

Test(schedule, none)
{
    struct lgc_schedule s = { .active = false };

    cr_expect(!lgc_schedule_due(&s, UINT64_MAX));
    cr_expect_eq(lgc_schedule_next(&s), UINT64_MAX);
}

Test(schedule, counts_down)
{
    struct lgc_schedule s;

    lgc_schedule_begin(&s, 3, 10, 100);
    cr_expect(!lgc_schedule_due(&s, 99));
    cr_expect(lgc_schedule_due(&s, 100));
    cr_expect(!lgc_schedule_done(&s, 101));
    cr_expect_eq(lgc_schedule_next(&s), 110);
    cr_expect(!lgc_schedule_done(&s, 112));
    cr_expect_eq(lgc_schedule_next(&s), 120);
    cr_expect(lgc_schedule_done(&s, 121));
    cr_expect(!lgc_schedule_due(&s, 1000));
}

Test(schedule, missed_times_are_left_out)
{
    struct lgc_schedule s;

    lgc_schedule_begin(&s, 0, 10, 100);
    cr_expect(!lgc_schedule_done(&s, 135));
    cr_expect_eq(lgc_schedule_next(&s), 140);
    cr_expect(!lgc_schedule_done(&s, 140));
    cr_expect_eq(lgc_schedule_next(&s), 150);
}

Test(schedule, endless_and_far)
{
    struct lgc_schedule s;

    lgc_schedule_begin(&s, 0, UINT64_MAX / 2, 5);
    for (int i = 0; i < 10; i++)
        cr_expect(!lgc_schedule_done(&s, lgc_schedule_next(&s)));
    cr_expect(s.active);
    lgc_schedule_begin(&s, 0, 0, 5);
    cr_expect(!lgc_schedule_done(&s, 7));
    cr_expect_eq(lgc_schedule_next(&s), 8);
}
