/* SPDX-License-Identifier: MIT
 * explain.h: objects, roots and sites of a graph in words. */
#ifndef LGC_GRAPH_EXPLAIN_H
#define LGC_GRAPH_EXPLAIN_H

#include "base/out.h"
#include "graph/graph.h"

/* 1234567 as "1.2 MB" (1024 is one KB). */
void lgc_explain_bytes(struct lgc_out *out, uint64_t bytes);

/* "function file:line", or "module+offset", or "(no stack)". */
void lgc_explain_frame(struct lgc_out *out, const struct lgc_graph *graph,
                       const struct lgc_frame *frame);
/* The innermost frames of a site, most telling first: "f a.c:3 < g a.c:9 < main".
 * Frames of operator new and the like are left out. */
void lgc_explain_site(struct lgc_out *out, const struct lgc_graph *graph, uint32_t site,
                      unsigned frames);
/* "global variable server (redis-server)", "stack of thread 7 (worker) in f a.c:3". */
void lgc_explain_root(struct lgc_out *out, const struct lgc_graph *graph,
                      const struct lgc_graph_root *root);
/* The slot of such a root is the number of a register, no address. */
bool lgc_explain_slot_is_number(enum lgc_heapdump_root_kind kind);
const char *lgc_explain_root_kind(enum lgc_heapdump_root_kind kind);
const char *lgc_explain_kind(enum lgc_kind kind);

/* The thread with this id, or with this tid; or NULL. */
const struct lgc_thread_info *lgc_explain_thread(const struct lgc_graph *graph, uint32_t id);
const struct lgc_thread_info *lgc_explain_task(const struct lgc_graph *graph, uint64_t tid);

/* The stable name of a site (report/report.h). */
void lgc_explain_fingerprint(const struct lgc_graph *graph, uint32_t site, char text[17]);

#endif
