/* SPDX-License-Identifier: MIT
 * schedule.c: when the next check of a series is due. */
#include "run/schedule.h"

void lgc_schedule_begin(struct lgc_schedule *s, uint64_t count, uint64_t interval_ns,
                        uint64_t first_ns)
{
    s->active = true;
    s->endless = count == 0;
    s->left = count;
    s->interval_ns = interval_ns > 0 ? interval_ns : 1;
    s->next_ns = first_ns;
}

bool lgc_schedule_due(const struct lgc_schedule *s, uint64_t now_ns)
{
    return s->active && now_ns >= s->next_ns;
}

uint64_t lgc_schedule_next(const struct lgc_schedule *s)
{
    return s->active ? s->next_ns : UINT64_MAX;
}

bool lgc_schedule_done(struct lgc_schedule *s, uint64_t now_ns)
{
    if (!s->endless && --s->left == 0) {
        s->active = false;
        return true;
    }
    if (now_ns >= s->next_ns) {
        uint64_t missed = (now_ns - s->next_ns) / s->interval_ns;

        if (__builtin_mul_overflow(missed + 1, s->interval_ns, &missed) ||
            __builtin_add_overflow(s->next_ns, missed, &s->next_ns))
            s->next_ns = UINT64_MAX;
    }
    return false;
}
