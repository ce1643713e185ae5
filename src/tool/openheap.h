/* SPDX-License-Identifier: MIT
 * openheap.h: loads a heap dump, with progress on a terminal. */
#ifndef LGC_TOOL_OPENHEAP_H
#define LGC_TOOL_OPENHEAP_H

#include <stdbool.h>

#include "graph/graph.h"

/* "-" is standard input.  NULL: it was said why. */
struct lgc_graph *lgc_openheap(const char *path, bool quiet);

#endif
