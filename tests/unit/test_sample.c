/* SPDX-License-Identifier: MIT
 * test_sample.c: run/sample keeps the largest of any samples, one of a site; checked against a plain list. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "run/sample.h"

enum { MOST = 20, SITES = 60, ROUNDS = 3000 };

static struct lgc_sample model[SITES];
static size_t models;

static int by_size(const void *x, const void *y)
{
    const struct lgc_sample *a = x, *b = y;
    if (a->bytes != b->bytes)
        return a->bytes > b->bytes ? -1 : 1;
    return a->time_ns > b->time_ns ? -1 : a->time_ns < b->time_ns;
}

/* What the queue must do, done by sorting. */
static unsigned model_add(const struct lgc_sample *s)
{
    for (size_t i = 0; i < models; i++)
        if (model[i].site == s->site) {
            model[i] = *s;
            return 0;
        }
    model[models++] = *s;
    qsort(model, models, sizeof model[0], by_size);
    if (models <= MOST)
        return 0;
    models--;
    return 1;
}

Test(sample, as_a_sorted_list)
{
    struct lgc_sample got[SITES];
    uint64_t evicted = 0;
    srand(1);
    for (int round = 1; round <= ROUNDS; round++) {
        struct lgc_sample s = { round, (uint64_t)(rand() % 500), 1 + (uint32_t)(rand() % SITES) };
        cr_assert(lgc_sample_add(&s, MOST));
        evicted += model_add(&s);
        qsort(model, models, sizeof model[0], by_size);
        cr_assert_eq(lgc_sample_count(), models);
        cr_assert_eq(lgc_sample_evicted(), evicted);
        size_t n = lgc_sample_top(got, SITES);
        cr_assert_eq(n, models);
        for (size_t i = 0; i < n; i++)
            cr_assert(got[i].site == model[i].site && got[i].bytes == model[i].bytes &&
                      got[i].time_ns == model[i].time_ns, "round %d, rank %zu", round, i);
    }
    cr_expect(evicted > 100, "the bound is met");
    cr_expect_eq(lgc_sample_top(got, 3), 3);
    cr_expect_eq(got[0].site, model[0].site);
    cr_expect_eq(lgc_sample_top(got, 0), 0);
}

Test(sample, none_are_kept)
{
    struct lgc_sample s = { 1, 10, 1 }, got;
    cr_expect(lgc_sample_add(&s, 0));
    cr_expect_eq(lgc_sample_count(), 0);
    cr_expect_eq(lgc_sample_evicted(), 1);
    cr_expect_eq(lgc_sample_top(&got, 1), 0);
}
