/* SPDX-License-Identifier: MIT
 * loading.h: a graph while it is being loaded: what load.c collects and
 * resolve.c resolves.  For these two files only. */
#ifndef LGC_GRAPH_LOADING_H
#define LGC_GRAPH_LOADING_H

#include "graph/graph.h"
#include "graph/read.h"
#include "graph/table.h"

/* Its target is an address until all objects are known. */
struct lgc_raw_root { struct lgc_graph_root root; uint64_t target; };

struct lgc_loading {
    struct lgc_graph *g;
    struct lgc_read read;
    struct lgc_table objects[7], edges[3];   /* parallel arrays               */
    struct lgc_table notes, modules, threads, frames, sites, first, strings,
        roots, raw_sources, raw_variables;
    uint64_t bytes, most_bytes;  /* in all tables                            */
    bool has_process;
};

enum { ADDRESS, SIZE, TIME, SITE, THREAD, KIND, INTERNAL };
enum { TARGET, OFFSET, INSIDE };

/* Set the reason, and return false. */
bool lgc_loading_no_memory(struct lgc_loading *l);
bool lgc_loading_refuse(struct lgc_loading *l, const char *why);
/* Room in a table for one more entry, always of the same size; or NULL. */
void *lgc_loading_room(struct lgc_loading *l, struct lgc_table *t, size_t entry);

static inline uint32_t lgc_loading_clamp(uint64_t v)
{
    return v < UINT32_MAX ? (uint32_t)v : UINT32_MAX;
}

/* Checked against the number of modules at the end. */
static inline uint32_t lgc_loading_module(uint64_t module)
{
    return module == 0 || module > UINT32_MAX ? LGC_NO_MODULE : (uint32_t)(module - 1);
}

/* Addresses become objects, ids sites, numbers strings; the arrays are the
 * graph's from then on.  False: visitor.why is set. */
bool lgc_resolve(struct lgc_loading *l);

/* The order of sources; the inlined ones of one pc stay in their order. */
int lgc_resolve_by_pc(const void *left, const void *right);

#endif
