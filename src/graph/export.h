/* SPDX-License-Identifier: MIT
 * export.h: a graph -> an SQLite database, for questions of one's own. */
#ifndef LGC_GRAPH_EXPORT_H
#define LGC_GRAPH_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "graph/dominate.h"
#include "graph/graph.h"

struct lgc_export {
    const struct lgc_graph *graph;
    const struct lgc_dominate *dominate;
    const uint32_t *references;  /* per object                               */
    void (*progress)(void *arg, uint64_t done, uint64_t total); /* may be NULL */
    void *arg;
    char error[256];             /* out                                      */
};

/* Writes `path`, which must not exist, and appears when it is complete. */
bool lgc_export_sqlite(struct lgc_export *export, const char *path);

#endif
