/* SPDX-License-Identifier: MIT
 * view.h: what leaksgc parse shows of a graph, as text or as members of one
 * JSON object. */
#ifndef LGC_TOOL_VIEW_H
#define LGC_TOOL_VIEW_H

#include "base/out.h"
#include "graph/dominate.h"
#include "graph/graph.h"
#include "graph/sites.h"

struct lgc_view {
    struct lgc_out *out;
    bool json;
    const struct lgc_graph *graph;
    const struct lgc_sites *sites;
    const struct lgc_dominate *dominate;  /* only for retained                */
    const uint32_t *references;           /* per object                       */
    size_t top;                           /* rows of a table                  */
};

/* The process and the sums: what everything else is a part of. */
void lgc_view_summary(struct lgc_view *view);
/* The sites with the most live bytes. */
void lgc_view_sites(struct lgc_view *view);
/* The sites with the most bytes of the last tenth of the time. */
void lgc_view_growing(struct lgc_view *view);
/* What retains most, by object and by site. */
void lgc_view_retained(struct lgc_view *view);
/* Objects that only pointers into their inside reach. */
void lgc_view_interior(struct lgc_view *view);
/* Of one object: everything known of it; who points at it; the shortest way
 * from a root.  False: out of memory. */
void lgc_view_object(struct lgc_view *view, uint32_t object);
void lgc_view_referrers(struct lgc_view *view, uint32_t object);
bool lgc_view_path(struct lgc_view *view, uint32_t object);

#endif
