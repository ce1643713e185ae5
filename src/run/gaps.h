/* SPDX-License-Identifier: MIT
 * gaps.h: what makes a check less than complete, one sentence each. */
#ifndef LGC_RUN_GAPS_H
#define LGC_RUN_GAPS_H

#include <stddef.h>

#include "base/attr.h"

struct lgc_scan;
struct lgc_snapshot;

enum { LGC_GAPS_MAX = 10, LGC_GAPS_SIZE = 200 };

/* `list` points into `text`. */
struct lgc_gaps {
    char text[LGC_GAPS_MAX][LGC_GAPS_SIZE];
    const char *list[LGC_GAPS_MAX];
    size_t count;
};

/* One more sentence, as printf; left out when there is no room. */
void lgc_gaps_add(struct lgc_gaps *gaps, const char *format, ...) LGC_PRINTF(2, 3);

/* All that is known of this check, after what is there already. */
void lgc_gaps_note(struct lgc_gaps *gaps, const struct lgc_snapshot *snapshot,
                   const struct lgc_scan *scan);

#endif
