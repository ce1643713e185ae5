/* SPDX-License-Identifier: MIT
 * test_way.c: small heaps are searched in place, large ones on a copy; asking decides, and measuring teaches. */
#include <criterion/criterion.h>

#include "core.h"
#include "run/way.h"

static const struct lgc_way_size small = { 100, 10000, 5 << 20 };
static const struct lgc_way_size large = { 1000000, 100 << 20, 200 << 20 };

static bool forks(enum lgc_way wanted, bool last, const struct lgc_way_size *size)
{
    const char *why;
    return lgc_way_forks(wanted, last, size, &why);
}

Test(way, by_size)
{
    cr_expect_not(forks(LGC_WAY_AUTO, false, &small));
    cr_expect(forks(LGC_WAY_AUTO, false, &large));
    cr_expect_not(forks(LGC_WAY_AUTO, true, &large), "at the end nobody waits");
}

Test(way, as_asked)
{
    cr_expect(forks(LGC_WAY_FORK, true, &small));
    cr_expect_not(forks(LGC_WAY_STOP, false, &large));
}

Test(way, measured)
{
    for (int i = 0; i < 10; i++)
        lgc_way_learn(true, &large, 10000000000u);
    for (int i = 0; i < 10; i++)
        lgc_way_learn(false, &large, 20000000);
    cr_expect_not(forks(LGC_WAY_AUTO, false, &large), "copies turned out slow");
    for (int i = 0; i < 10; i++)
        lgc_way_learn(true, &large, 3000000);
    cr_expect(forks(LGC_WAY_AUTO, false, &large), "and fast again");
}

Test(way, forbidden)
{
    const char *why;
    lgc_way_forbid();
    cr_expect_not(lgc_way_forks(LGC_WAY_FORK, false, &large, &why));
    cr_expect_not_null(why);
    cr_expect_not(lgc_way_forks(LGC_WAY_STOP, false, &large, &why));
    cr_expect_null(why, "it was not asked for");
}
