/* SPDX-License-Identifier: MIT
 * test_churn.c: run/churn sees what was allocated and freed since the sample before, and nothing older; capture/copied counts by site. */
#include <criterion/criterion.h>

#include "capture/clock.h"
#include "capture/copied.h"
#include "core.h"
#include "run/churn.h"

static uint32_t site_of(uintptr_t pc) { return lgc_site_intern(&pc, 1, 0); }

static void *allocate(uint32_t site)
{
    struct lgc_origin origin = { .site = site, .time = lgc_clock_read(), .thread = 1 };
    void *p = lgc_heap_alloc(100, 16, false, 0, &origin);
    cr_assert_not_null(p);
    return p;
}

static const struct lgc_churn_site *find(const struct lgc_churn *c, size_t n, uint32_t site)
{
    for (size_t i = 0; i < n; i++)
        if (c->site[i].site == site)
            return &c->site[i];
    return NULL;
}

Test(churn, only_what_does_not_live_long)
{
    struct lgc_churn c = { .samples = 0 };
    start_world(100);
    lgc_clock_start();
    uint32_t brief = site_of(0x1000), seldom = site_of(0x2000), lasting = site_of(0x3000), old = site_of(0x4000);
    void *held = allocate(lasting), *aged = allocate(old);
    lgc_heap_free(allocate(brief)); /* before the first sample */
    cr_assert(lgc_churn_sample(&c));
    for (int i = 0; i < 10; i++) {
        lgc_heap_free(allocate(brief));
        if (i == 4) {
            void *one = allocate(seldom), *two = allocate(seldom);
            lgc_heap_free(one);
            lgc_heap_free(two);
            lgc_heap_free(aged);
        }
        cr_assert(lgc_churn_sample(&c));
    }
    cr_assert(lgc_churn_sample(&c)); /* nothing happened */
    size_t n = lgc_churn_sort(&c);
    cr_expect_eq(n, 2);
    cr_expect_eq(c.samples, 11);
    cr_expect_eq(c.allocated, 12);
    const struct lgc_churn_site *b = find(&c, n, brief), *s = find(&c, n, seldom);
    cr_assert(b == c.site && s != NULL, "those in most samples come first");
    cr_expect(b->hits >= 9 && b->hits <= 10, "%u", b->hits); /* in one, another site's block took its place */
    cr_expect(s->hits == 1 && s->objects >= 1 && s->bytes >= 100 * s->objects);
    cr_expect(find(&c, n, lasting) == NULL && find(&c, n, old) == NULL);
    lgc_churn_free(&c);
    cr_expect(c.site == NULL);
    lgc_heap_free(held);
}

Test(copied, by_site_and_bounded)
{
    static struct lgc_copied got[LGC_COPIED_SITES];
    uint64_t bytes = 0, times = 0;
    cr_expect_eq(lgc_copied_read(got), 0);
    lgc_copied_add(7, 100);
    lgc_copied_add(7, 200);
    lgc_copied_add(0, 5);
    cr_assert_eq(lgc_copied_read(got), 2);
    size_t seven = got[0].site == 7 ? 0 : 1;
    cr_expect(got[seven].site == 7 && got[seven].bytes == 300 && got[seven].times == 2);
    cr_expect(got[!seven].site == 0 && got[!seven].bytes == 5);
    for (uint32_t site = 1; site <= 3 * LGC_COPIED_SITES; site++)
        lgc_copied_add(site, 10);
    size_t n = lgc_copied_read(got);
    cr_assert(n <= LGC_COPIED_SITES);
    for (size_t i = 0; i < n; i++) {
        bytes += got[i].bytes;
        times += got[i].times;
    }
    cr_expect(bytes == 305 + 30u * LGC_COPIED_SITES && times == 3 + 3u * LGC_COPIED_SITES, "nothing is lost");
}
