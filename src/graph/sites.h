/* SPDX-License-Identifier: MIT
 * sites.h: the objects of a graph added up by allocation site, and as a
 * finding, for the reports. */
#ifndef LGC_GRAPH_SITES_H
#define LGC_GRAPH_SITES_H

#include "graph/dominate.h"
#include "graph/graph.h"

struct lgc_sites_row {
    uint32_t site;               /* index into the graph's                   */
    struct lgc_amount kind[LGC_KIND_COUNT];
    struct lgc_amount live;      /* all kinds                                */
    struct lgc_amount recent;    /* those of the last tenth of the time      */
    struct lgc_amount retained;  /* at least: with what hangs on them        */
    int64_t first_ns, last_ns;
};

struct lgc_sites {
    size_t n;
    struct lgc_sites_row *row;   /* one per site of the graph, same index    */
    int64_t first_ns, recent_ns; /* the oldest object's time; recent is what
                                    came at recent_ns or later               */
    struct lgc_amount kind[LGC_KIND_COUNT], live, internal;
};

/* What the loader or the library made counts as internal alone.  `dominate` may
 * be NULL: nothing is retained.  An object that hangs on another one of its own
 * site is retained by that one only.  False: out of memory. */
bool lgc_sites_count(const struct lgc_graph *graph, const struct lgc_dominate *dominate,
                     struct lgc_sites *out);
void lgc_sites_free(struct lgc_sites *sites);

/* A finding of all sites and kinds, which points into the graph; freed by
 * lgc_sites_free_finding.  NULL: out of memory. */
struct lgc_finding *lgc_sites_finding(const struct lgc_graph *graph, const struct lgc_sites *sites,
                                      const struct lgc_dominate *dominate);
void lgc_sites_free_finding(struct lgc_finding *finding);

#endif
