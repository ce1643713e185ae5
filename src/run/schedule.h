/* SPDX-License-Identifier: MIT
 * schedule.h: when the next check of a series is due.  No clock of its own. */
#ifndef LGC_RUN_SCHEDULE_H
#define LGC_RUN_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

/* All zero: no series. */
struct lgc_schedule {
    bool active;
    bool endless;            /* until stopped                                */
    uint64_t left;           /* otherwise: checks still to come              */
    uint64_t interval_ns;
    uint64_t next_ns;
};

/* `count` checks (0: endless), the first at `first_ns`, interval_ns apart. */
void lgc_schedule_begin(struct lgc_schedule *s, uint64_t count, uint64_t interval_ns,
                        uint64_t first_ns);
bool lgc_schedule_due(const struct lgc_schedule *s, uint64_t now_ns);
/* When it is due, UINT64_MAX: never. */
uint64_t lgc_schedule_next(const struct lgc_schedule *s);
/* One check has been made, and it is now_ns.  Times that passed meanwhile are
 * left out, not made up for.  Returns true if that was the last one. */
bool lgc_schedule_done(struct lgc_schedule *s, uint64_t now_ns);

#endif
