/* SPDX-License-Identifier: MIT
 * edges.h: the heap as a graph: every object in use, every pointer between
 * objects and from roots.  Runs in a snapshot, after lgc_scan_run. */
#ifndef LGC_FIND_EDGES_H
#define LGC_FIND_EDGES_H

#include <stdbool.h>
#include <stdint.h>

#include "find/scan.h"
#include "heapdump/record.h"

/* Where the code stood that asked for the snapshot; pc 0: not known. */
struct lgc_edges_here { uintptr_t pc, sp, rbp; };

/* Visits, each object before its edges: objects, edges by rising offset, roots,
 * and the frames of the threads' stacks.  The scan was run with the kinds
 * direct, indirect and possible.  False: the visitor stopped it. */
bool lgc_edges_walk(struct lgc_scan *scan, const struct lgc_edges_here *here,
                    const struct lgc_heapdump_visitor *visitor);

/* Whether any object visited was of this site. */
bool lgc_edges_uses_site(uint32_t site);
/* Forgets that again. */
void lgc_edges_end(void);

#endif
