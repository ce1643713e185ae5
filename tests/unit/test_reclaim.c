/* SPDX-License-Identifier: MIT
 * test_reclaim.c: only the very object that was found lost is freed, and none whose address somebody has. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/mem.h"
#include "capture/track.h"
#include "core.h"
#include "run/reclaim.h"
#include "run/settings.h"

static struct lgc_scan scan;
static struct lgc_entry entry[8];
static struct lgc_apart apart;
static struct lgc_reclaim_done done;

static void begin(void)
{
    start_world(100);
    lgc_option_defaults(&lgc_settings);
    lgc_settings.min_age = 0;
    scan.entry = entry;
    apart.now_ns = INT64_MAX;
}

/* An object that check 1 was the first to miss; entries are sorted by address. */
static void *lose(size_t size)
{
    struct lgc_origin origin = { .site = 0, .time = 5, .thread = 1 };
    void *p = lgc_heap_alloc(size, 16, true, 0, &origin);
    size_t at = scan.count++;
    cr_assert_not_null(p);
    for (; at > 0 && entry[at - 1].address > (uintptr_t)p; at--)
        entry[at] = entry[at - 1];
    entry[at] = (struct lgc_entry){ .address = (uintptr_t)p, .size = size, .origin = origin,
                                    .found_check = 1, .kind = LGC_KIND_DIRECT };
    return p;
}

static void run(enum lgc_reclaim how, uint32_t check)
{
    const struct lgc_reclaim_order order = { how, lgc_settings.min_age, false };
    sigset_t all, before;
    memset(&done, 0, sizeof done);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    lgc_reclaim_run(&order, &scan, check, &apart, &done);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static bool lives(const void *p) { return lgc_heap_judge(p) == LGC_FREED; }

Test(reclaim, what_two_checks_found_lost)
{
    begin();
    void *p = lose(100), *large = lose(100000), *young = lose(200);
    for (size_t i = 0; i < scan.count; i++)
        if (entry[i].address == (uintptr_t)young)
            entry[i].found_check = 2;
    run(LGC_RECLAIM_OFF, 2);
    cr_expect(lives(p) && lives(large) && lives(young));
    run(LGC_RECLAIM_FREE, 2);
    cr_expect(!lives(p) && !lives(large) && lives(young));
    cr_expect(done.sum.freed.objects == 2 && done.sum.freed.bytes == 100100);
    cr_expect_eq(apart.count, 2, "each is said");
    cr_expect_eq(apart.extra[0].section, LGC_SECTION_RECLAIMED);
    run(LGC_RECLAIM_FREE, 3);
    cr_expect_not(lives(young));
    cr_expect_eq(done.sum.freed.objects, 1, "what is gone is not freed again");
}

Test(reclaim, not_what_has_taken_its_place)
{
    struct lgc_origin later = { .site = 0, .time = 6, .thread = 1 };
    begin();
    void *p = lose(100), *again;
    cr_assert_eq(lgc_heap_free(p), LGC_FREED);
    again = lgc_heap_alloc(100, 16, true, 0, &later);
    cr_assert_eq(again, p, "the same place");
    run(LGC_RECLAIM_FREE, 2);
    cr_expect(lives(again) && done.sum.freed.objects == 0);
}

Test(reclaim, not_the_young_nor_the_reachable)
{
    begin();
    void *p = lose(100), *held = lose(50);
    for (size_t i = 0; i < scan.count; i++)
        if (entry[i].address == (uintptr_t)held)
            entry[i].kind = LGC_KIND_REACHABLE;
    lgc_settings.min_age = 1000;
    apart.now_ns = lgc_track_time_ns(5) + 999;
    run(LGC_RECLAIM_FREE, 2);
    cr_expect(lives(p) && lives(held));
    apart.now_ns++;
    run(LGC_RECLAIM_FREE, 3);
    cr_expect(!lives(p) && lives(held));
}

/* A thread that has the address in a register. */
static void *volatile its;
static volatile int ready;

static void *holds(void *p)
{
    its = NULL;
    ready = 1;
    for (;;)
        __asm__ volatile("pause" : : "r"(p));
    return NULL;
}

Test(reclaim, not_what_a_thread_has_at_hand, .timeout = 60)
{
    pthread_t thread;
    begin();
    void *p = lose(100), *other = lose(300);
    pthread_create(&thread, NULL, holds, p);
    while (!ready)
        usleep(1000);
    run(LGC_RECLAIM_FREE, 2);
    cr_expect(lives(p) && !lives(other));
}

Test(reclaim, quarantine_ends_after_three_checks)
{
    begin();
    void *p = lose(100);
    for (uint32_t check = 2; check <= 4; check++) {
        run(LGC_RECLAIM_QUARANTINE, check);
        cr_expect(lives(p) && done.sum.quarantined.objects == 1 && done.sum.quarantined.bytes == 100);
    }
    run(LGC_RECLAIM_QUARANTINE, 5);
    cr_expect(!lives(p) && done.sum.freed.objects == 1 && done.sum.quarantined.objects == 0);
}

Test(reclaim, a_change_proves_it_false)
{
    begin();
    char *p = lose(100);
    run(LGC_RECLAIM_QUARANTINE, 2);
    p[99] = 1;
    run(LGC_RECLAIM_QUARANTINE, 3);
    cr_expect(lives(p) && done.sum.false_leaks.objects == 1);
    cr_expect_eq(apart.extra[apart.count - 1].section, LGC_SECTION_FALSE);
    for (uint32_t check = 4; check <= 9; check++)
        run(LGC_RECLAIM_FREE, check);
    cr_expect(lives(p), "its site is left alone for ever");
}
