/* SPDX-License-Identifier: MIT
 * test_parcel.c: what is put in comes out, too much is said, and nothing comes out of a copy that did not finish. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/mem.h"
#include "core.h"
#include "find/parcel.h"

static struct lgc_entry entry[50];

static struct lgc_scan sample(size_t count)
{
    struct lgc_scan scan = { .entry = entry, .count = count, .capacity = 50, .live = { 7, 8 },
                             .complete = true };
    scan.total[LGC_KIND_INDIRECT] = (struct lgc_amount){ 3, 4 };
    for (size_t i = 0; i < count; i++)
        entry[i].address = 16 * i;
    return scan;
}

Test(parcel, there_and_back)
{
    struct lgc_parcel *p = lgc_parcel_new(50, 9);
    struct lgc_scan from = sample(50), to = { .kinds = 5 };
    uint64_t bytes = 1;
    cr_expect_not(lgc_parcel_take(p, &to, &bytes), "nobody has put anything in");
    lgc_parcel_put(p, &from);
    cr_assert(lgc_parcel_take(p, &to, &bytes));
    lgc_parcel_free(p);
    cr_expect(to.complete && to.count == 50 && to.kinds == 5);
    cr_expect_eq(to.live.objects, 8);
    cr_expect_eq(to.total[LGC_KIND_INDIRECT].bytes, 3);
    for (size_t i = 0; i < 50; i++)
        cr_expect_eq(to.entry[i].address, 16 * i);
    lgc_scan_free(&to);
}

Test(parcel, nothing)
{
    struct lgc_parcel *p = lgc_parcel_new(0, 0);
    struct lgc_scan from = sample(0), to = { 0 };
    uint64_t bytes;
    lgc_parcel_put(p, &from);
    cr_assert(lgc_parcel_take(p, &to, &bytes));
    cr_expect(to.complete && to.count == 0 && to.entry == NULL);
    lgc_parcel_free(p);
}

Test(parcel, too_much_is_cut_and_said)
{
    struct lgc_parcel *p = lgc_parcel_new(20, 0);
    struct lgc_scan from = sample(21), to = { 0 };
    uint64_t bytes;
    lgc_parcel_put(p, &from);
    cr_assert(lgc_parcel_take(p, &to, &bytes));
    cr_expect_not(to.complete);
    cr_expect_eq(to.count, 20);
    cr_expect_eq(to.live.objects, 8, "the totals are whole");
    lgc_scan_free(&to);
    lgc_parcel_free(p);
}

Test(parcel, no_memory)
{
    struct lgc_scan from = sample(5), to = { 0 };
    struct lgc_parcel *p = lgc_parcel_new(20, 0);
    uint64_t bytes;
    lgc_parcel_put(p, &from);
    lgc_mem_fail_after(1);
    cr_assert(lgc_parcel_take(p, &to, &bytes));
    lgc_mem_fail_after(0);
    cr_expect(!to.complete && to.count == 0);
    lgc_mem_fail_after(1);
    cr_expect_null(lgc_parcel_new(20, 0));
}
