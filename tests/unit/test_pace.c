/* SPDX-License-Identifier: MIT
 * test_pace.c: a copy that competes for a processor takes its share and no more; one that does not, all it wants.
 */
#include <criterion/criterion.h>

#include "core.h"
#include "find/pace.h"

static const uint64_t MS = 1000000;

/* Lets a copy run for so long in pieces of 1 ms of CPU time, each of which
 * waits `wait` ns for a processor; returns its CPU time. */
static uint64_t run(struct lgc_pace *p, uint64_t time, uint64_t wait)
{
    uint64_t wall = 0, cpu = 0, waited = 0;

    while (wall < time) {
        cpu += MS;
        waited += wait;
        wall += MS + wait;
        wall += lgc_pace_next(p, wall, cpu, waited);
    }
    return cpu;
}

Test(pace, share_of_a_busy_machine)
{
    struct lgc_pace p = { .share = 60 };
    uint64_t cpu = run(&p, 100000 * MS, 10 * MS);

    cr_expect(cpu <= 6002 * MS && cpu >= 5500 * MS, "%lu ms of 100 s, of which 6 s are its", (unsigned long)(cpu / MS));
}

Test(pace, all_of_an_idle_one)
{
    struct lgc_pace p = { .share = 60 };

    cr_expect_eq(run(&p, 1000 * MS, 0), 1000 * MS);
    cr_expect_eq(run(&p, 1000 * MS, MS / 4), 800 * MS, "a little waiting is nothing");
}

Test(pace, credit_first)
{
    struct lgc_pace p = { .share = 60, .credit = (int64_t)(50 * MS) };
    uint64_t cpu = MS;

    while (lgc_pace_next(&p, 2 * cpu, cpu, cpu) == 0)
        cpu += MS;
    cr_expect(cpu >= 50 * MS && cpu <= 60 * MS, "%lu ms, with the growth meanwhile", (unsigned long)(cpu / MS));
}

Test(pace, no_limit)
{
    struct lgc_pace p = { .share = 0 };

    cr_expect_eq(run(&p, 1000 * MS, MS), 500 * MS);
}
