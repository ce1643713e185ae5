/* SPDX-License-Identifier: MIT
 * load.h: a heap dump file -> a graph, for any file, however hostile. */
#ifndef LGC_GRAPH_LOAD_H
#define LGC_GRAPH_LOAD_H

#include <stdio.h>

#include "graph/graph.h"

struct lgc_load {
    FILE *in;
    uint64_t most_bytes;         /* of memory; 0: three quarters of the machine's */
    void (*progress)(void *arg, uint64_t done); /* bytes read; may be NULL   */
    void *arg;
    char error[256];             /* out                                      */
};

/* NULL: see error.  The caller frees the graph. */
struct lgc_graph *lgc_load_graph(struct lgc_load *load);
void lgc_load_free(struct lgc_graph *graph);

/* The object that holds `address`, or LGC_GRAPH_NONE. */
uint32_t lgc_load_find(const struct lgc_graph *graph, uint64_t address);

/* The names that the dump holds; arg is the graph. */
struct lgc_symbolizer lgc_load_symbolizer(const struct lgc_graph *graph);

#endif
