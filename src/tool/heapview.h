/* SPDX-License-Identifier: MIT
 * heapview.h: what the heap monitor has read, written as text, JSON, CSV or
 * for Prometheus. */
#ifndef LGC_TOOL_HEAPVIEW_H
#define LGC_TOOL_HEAPVIEW_H

#include "base/out.h"
#include "tool/link.h"
#include "tool/toplist.h"

/* The six numbers in their fixed order. */
enum {
    LGC_HEAPVIEW_PROCESS, LGC_HEAPVIEW_ALLOCATED, LGC_HEAPVIEW_FREED, LGC_HEAPVIEW_LIVE, LGC_HEAPVIEW_UNUSED,
    LGC_HEAPVIEW_LARGEST, LGC_HEAPVIEW_NUMBERS
};
struct lgc_heapview_number { const char *key, *title, *help; };
const struct lgc_heapview_number *lgc_heapview_number(unsigned index);

struct lgc_heapview {
    const struct lgc_process *process;
    uint64_t time_ns;               /* Unix epoch                            */
    uint64_t value[LGC_HEAPVIEW_NUMBERS];
    const struct lgc_toplist *sites;  /* may be empty                          */
    const struct lgc_toplist *samples; /* the program's own; may be empty      */
    bool series;                    /* one of several                        */
    bool first;                     /* of them                               */
};

/* Takes the numbers out of an answer. */
void lgc_heapview_read(struct lgc_heapview *view, const struct lgc_client_answer *answer);

/* NULL: there is no such format. */
typedef void lgc_heapview_fn(struct lgc_out *out, const struct lgc_heapview *view);
lgc_heapview_fn *lgc_heapview_format(const char *name);

#endif
