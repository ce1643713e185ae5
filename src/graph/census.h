/* SPDX-License-Identifier: MIT
 * census.h: the sites of a heap dump or of a JSON report, by fingerprint: what
 * two of them are compared by. */
#ifndef LGC_GRAPH_CENSUS_H
#define LGC_GRAPH_CENSUS_H

#include <stdio.h>

#include "graph/graph.h"

struct lgc_census_site {
    char fingerprint[17];
    struct lgc_amount kind[LGC_KIND_COUNT];
    char *where;                 /* "f a.c:3 < g a.c:9"                      */
};

struct lgc_census {
    struct lgc_census_site *site; /* by fingerprint                          */
    size_t n;
    unsigned kinds;              /* bit 1 << kind: what the source lists     */
    bool is_dump;
};

/* Of a dump or a report, whichever the file holds.  NULL with a message that
 * says what is wrong.  Freed by lgc_census_free. */
struct lgc_census *lgc_census_read(FILE *in, char *error, size_t size);
void lgc_census_free(struct lgc_census *census);

/* NULL: there is no such site. */
const struct lgc_census_site *lgc_census_find(const struct lgc_census *census,
                                              const char *fingerprint);

/* What it has lost, direct and indirect. */
struct lgc_amount lgc_census_lost(const struct lgc_census_site *site);

#endif
