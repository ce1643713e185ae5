/* SPDX-License-Identifier: MIT
 * path.h: the shortest way from a root to an object, and who points to it. */
#ifndef LGC_GRAPH_PATH_H
#define LGC_GRAPH_PATH_H

#include "graph/graph.h"

struct lgc_path {
    size_t root;                 /* index into roots; SIZE_MAX: no root leads to
                                    it, the way begins at a direct leak (or an
                                    object that nothing leads to)            */
    size_t n;                    /* objects on the way, at least 1           */
    uint32_t *object;            /* from the root's target to the object     */
    uint32_t *edge;              /* edge[i] leads from object[i] to [i + 1]  */
};

/* False: out of memory. */
bool lgc_path_find(const struct lgc_graph *graph, uint32_t object, struct lgc_path *out);
void lgc_path_free(struct lgc_path *path);

/* Calls each for all pointers to the object: by objects (root SIZE_MAX) and by
 * roots (source LGC_GRAPH_NONE).  Returns how many. */
uint64_t lgc_path_referrers(const struct lgc_graph *graph, uint32_t object,
                            void (*each)(void *arg, uint32_t source, uint32_t edge, size_t root),
                            void *arg);

/* How often each object is pointed to, roots included; the caller frees it.
 * NULL: out of memory. */
uint32_t *lgc_path_count_references(const struct lgc_graph *graph);

#endif
