/* SPDX-License-Identifier: MIT
 * dominate.h: what each object retains: all that would go with it.
 *
 * Object d dominates object o if every path from a root to o goes through d.
 * The nearest such d is o's immediate dominator; what an object retains is
 * itself and all that it dominates.  Of lost objects the direct ones count as
 * roots, so that a leak retains what hangs on it; what is lost has no say in
 * what reachable objects retain.
 */
#ifndef LGC_GRAPH_DOMINATE_H
#define LGC_GRAPH_DOMINATE_H

#include "graph/graph.h"

struct lgc_dominate {
    uint32_t *by;                /* immediate dominator; LGC_GRAPH_NONE: only roots */
    uint64_t *bytes, *objects;   /* retained, with the object itself         */
    uint32_t *order;             /* objects, each behind its dominator       */
    uint32_t reachable;          /* the first so many are reached from roots */
};

/* False: out of memory. */
bool lgc_dominate_run(const struct lgc_graph *graph, struct lgc_dominate *out);
void lgc_dominate_free(struct lgc_dominate *dominate);

#endif
