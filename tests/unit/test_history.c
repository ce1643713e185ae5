/* SPDX-License-Identifier: MIT
 * test_history.c: what is new, what was lost before, what grows and what only fills up. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/mem.h"
#include "capture/track.h"
#include "core.h"
#include "find/history.h"

#define SECOND 1000000000
#define HOUR (3600 * (int64_t)SECOND)
enum { MOST = 1000, SITES = 8, OLD = 0 };

static struct lgc_history history;
static struct lgc_scan scan;
static struct lgc_amount live[SITES];
static uint32_t check;
static int64_t now_ns = HOUR;
static size_t most = MOST;

static void begin_check(void)
{
    lgc_track_begin_check(++check);
    now_ns += SECOND;
    scan = (struct lgc_scan){ .complete = true };
    scan.entry = lgc_mem_map(MOST * sizeof *scan.entry);
    scan.capacity = MOST;
}

static void add(uintptr_t address, enum lgc_kind kind, uint32_t site, uint32_t time)
{
    scan.entry[scan.count++] = (struct lgc_entry){ .address = address, .kind = (uint8_t)kind, .size = 10,
                                                   .origin = { .site = site, .time = time } };
}

/* Ends the check; the entries stay those of the scan. */
static void end_check(void)
{
    scan.by_site = live;
    scan.sites = SITES;
    lgc_history_match(&history, &scan, check);
    struct lgc_scan old = lgc_history_add(&history, &scan, check, now_ns, most);
    lgc_scan_free(&old);
}

static uint32_t found_at(uintptr_t address)
{
    for (size_t i = 0; i < scan.count; i++) {
        if (scan.entry[i].address == address)
            return scan.entry[i].found_check;
    }
    return 99;
}

Test(history, what_was_lost_before_is_not_new)
{
    begin_check();
    add(100, LGC_KIND_DIRECT, 1, OLD);
    add(200, LGC_KIND_INDIRECT, 1, OLD);
    add(300, LGC_KIND_REACHABLE, 1, OLD);
    add(400, LGC_KIND_DIRECT, 1, OLD);
    add(600, LGC_KIND_DIRECT, 1, OLD);
    end_check();
    cr_expect_eq(scan.fresh.objects, 4);
    begin_check();
    add(600, LGC_KIND_REACHABLE, 1, OLD);
    add(500, LGC_KIND_DIRECT, 1, OLD);
    add(400, LGC_KIND_DIRECT, 2, OLD);
    add(300, LGC_KIND_DIRECT, 1, OLD);
    add(200, LGC_KIND_DIRECT, 1, OLD);
    add(100, LGC_KIND_INDIRECT, 1, OLD);
    end_check();
    for (size_t i = 1; i < scan.count; i++)
        cr_expect_lt(scan.entry[i - 1].address, scan.entry[i].address, "sorted");
    cr_expect_eq(found_at(100), 1);
    cr_expect_eq(found_at(200), 1, "of either kind");
    cr_expect_eq(found_at(300), 2, "it was reachable before");
    cr_expect_eq(found_at(400), 2, "another object in the same place");
    cr_expect_eq(found_at(500), 2, "new");
    cr_expect_eq(found_at(600), 0, "not lost any more");
    cr_expect_eq(scan.fresh.objects, 3);
    cr_expect_eq(scan.fresh.bytes, 30);
    cr_expect_null(lgc_history_find(&history, 150));
    cr_assert_not_null(lgc_history_find(&history, 300));
    cr_expect_eq(lgc_history_find(&history, 300)->found_check, 2);
}

Test(history, an_object_is_another_if_its_time_is)
{
    begin_check();
    add(100, LGC_KIND_DIRECT, 1, OLD);
    end_check();
    begin_check();
    add(100, LGC_KIND_DIRECT, 1, OLD + 1);
    end_check();
    cr_expect_eq(found_at(100), 2);
}

/* 10 records: the objects that lost theirs are known by their number. */
Test(history, evicted_records_make_nothing_new)
{
    most = 10;
    for (int round = 1; round <= 4; round++) {
        begin_check();
        for (uintptr_t i = 1; i <= 50; i++)
            add(100 * i, LGC_KIND_DIRECT, 1, OLD);
        for (uintptr_t i = 1; i <= 5; i++)
            add(7, LGC_KIND_REACHABLE, 1, OLD);
        if (round >= 3)
            add(50, LGC_KIND_DIRECT, 2, OLD);
        end_check();
        cr_expect_eq(scan.fresh.objects, round == 1 ? 50 : round == 3 ? 1 : 0, "round %d", round);
        cr_expect_eq(history.last.count, 10);
        if (round == 3)
            cr_expect_not_null(lgc_history_find(&history, 50), "the newest is kept");
        if (round == 4)
            cr_expect_eq(found_at(50), 3);
        lgc_scan_free(&(struct lgc_scan){ .entry = scan.entry, .capacity = MOST });
    }
    cr_expect_gt(history.evicted, 0);
}

Test(history, no_records_at_all)
{
    most = 0;
    for (int round = 1; round <= 2; round++) {
        begin_check();
        add(100, LGC_KIND_DIRECT, 1, OLD);
        end_check();
        cr_expect_eq(scan.fresh.objects, round == 1);
    }
}

Test(history, growth_by_the_hour)
{
    int64_t growth = 0;
    begin_check();
    add(100, LGC_KIND_DIRECT, 1, OLD);
    end_check();
    cr_expect_eq(lgc_history_growth(&history, 1, LGC_KIND_DIRECT, 10, now_ns, &growth), 0);
    now_ns += HOUR / 2 - SECOND;
    begin_check();
    for (uintptr_t i = 1; i <= 6; i++)
        add(100 * i, LGC_KIND_DIRECT, 1, OLD);
    end_check();
    cr_expect_eq(lgc_history_growth(&history, 1, LGC_KIND_DIRECT, 60, now_ns, &growth), 2);
    cr_expect_eq(growth, 100);
    cr_expect_eq(lgc_history_growth(&history, 1, LGC_KIND_DIRECT, 60, now_ns - HOUR / 2 + SECOND / 2, &growth), 0,
                 "half a second says nothing of an hour");
    cr_expect_eq(lgc_history_growth(&history, 1, LGC_KIND_INDIRECT, 0, now_ns, &growth), 0);
    cr_expect_eq(lgc_history_growth(&history, 2, LGC_KIND_DIRECT, 0, now_ns, &growth), 0);
    cr_expect_eq(lgc_history_growth(&history, 99999, LGC_KIND_DIRECT, 0, now_ns, &growth), 0);
}

static void level(uint64_t bytes)
{
    begin_check();
    live[3] = (struct lgc_amount){ bytes, bytes / 10 };
    end_check();
}

static bool suspected(void)
{
    struct lgc_suspect s;
    size_t site = 0;
    bool found = lgc_history_suspect(&history, 4, &site, now_ns, &s);
    cr_expect(!found || s.site == 3);
    return found;
}

Test(history, what_grows_in_every_check_is_a_suspect)
{
    struct lgc_suspect s;
    size_t site = 0;
    for (uint64_t i = 1; i <= 4; i++) {
        level(1000 + 100 * i);
        cr_expect_eq(suspected(), i >= 4, "after %d", (int)i);
    }
    cr_assert(lgc_history_suspect(&history, 4, &site, now_ns, &s));
    cr_expect(s.checks == 4 && s.live.bytes == 1400 && s.fresh.bytes == 100 && s.fresh.objects == 10);
    cr_expect_gt(s.growth, 0);
    cr_expect_not(lgc_history_suspect(&history, 4, &site, now_ns, &s), "the only one");
    site = 0;
    cr_expect_not(lgc_history_suspect(&history, 0, &site, now_ns, &s), "turned off");
    level(1400);
    cr_expect_not(suspected(), "it stands still");
}

Test(history, what_levels_off_is_none)
{
    uint64_t bytes = 0;
    for (uint64_t step = 1 << 20, i = 1; step > 0; step /= 2, i++) {
        level(bytes += step);
        cr_expect(i < 12 || !suspected(), "step %d", (int)i);
    }
}

Test(history, what_goes_up_and_down_is_none)
{
    uint64_t seed = 1;
    for (int i = 0; i < 300; i++) {
        level(i % 3 == 2 ? 1000 : 1000 + chance(&seed) % 1000);
        cr_expect_not(suspected());
    }
}

Test(history, a_check_before_the_next_rise_is_due_ends_no_row)
{
    for (uint64_t i = 1; i <= 6; i++)
        level(1000 * i);
    now_ns -= SECOND - SECOND / 3;
    level(6000);
    cr_expect(suspected(), "at the exit");
    level(7000);
    cr_expect(suspected());
    level(7000);
    cr_expect_not(suspected(), "it was due");
    for (uint64_t i = 8; i <= 13; i++)
        level(1000 * i);
    now_ns -= SECOND - SECOND / 3;
    level(12999);
    cr_expect_not(suspected(), "it fell");
}

Test(history, checks_at_once_do_not_count)
{
    for (uint64_t i = 1; i <= 5; i++) {
        level(1000 * i);
        now_ns -= SECOND; /* the next one comes 10 ms later */
        now_ns += SECOND / 100;
        level(1000 * i);
        now_ns += SECOND;
    }
    cr_expect(suspected());
}

Test(history, forgotten)
{
    level(1000);
    add(100, LGC_KIND_DIRECT, 1, OLD);
    lgc_history_clear(&history);
    cr_expect(history.last.count == 0 && history.sites == 0 && history.check == 0);
}
