/* SPDX-License-Identifier: MIT
 * optimizeview.h: what was given back and what churns, as text or JSON. */
#ifndef LGC_TOOL_OPTIMIZEVIEW_H
#define LGC_TOOL_OPTIMIZEVIEW_H

#include "base/out.h"
#include "tool/link.h"
#include "tool/toplist.h"

struct lgc_optimizeview {
    const struct lgc_process *process;
    bool dry, sampled;              /* sampled: there is a churn             */
    uint64_t top, interval_ns;
    struct lgc_client_answer answer, churn;
    struct lgc_toplist rows, churn_rows; /* of either                        */
};

void lgc_optimizeview_text(struct lgc_out *out, const struct lgc_optimizeview *view);
void lgc_optimizeview_json(struct lgc_out *out, const struct lgc_optimizeview *view);

#endif
