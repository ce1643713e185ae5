/* SPDX-License-Identifier: MIT
 * opencensus.h: the sites of a heap dump or report that the user names. */
#ifndef LGC_TOOL_OPENCENSUS_H
#define LGC_TOOL_OPENCENSUS_H

#include "graph/census.h"

/* NULL: it was said why. */
struct lgc_census *lgc_opencensus(const char *path);

/* Marks as suppressed what of a finding a census has lost already, after the
 * suppressions.  `text` is what such a group says that it was hidden by. */
struct lgc_symbolizer;
void lgc_opencensus_hide(const struct lgc_census *census, const char *text,
                         struct lgc_finding *finding, const struct lgc_symbolizer *symbolizer);

#endif
