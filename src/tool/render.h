/* SPDX-License-Identifier: MIT
 * render.h: a finding -> a report with names, all of it or nothing. */
#ifndef LGC_TOOL_RENDER_H
#define LGC_TOOL_RENDER_H

#include "find/finding.h"
#include "report/report.h"
#include "graph/census.h"
#include "report/suppress.h"
#include "tool/notes.h"
#include "tool/symbol.h"

struct lgc_render {
    struct lgc_finding *finding;
    const char *format;
    struct lgc_report_style style;
    struct lgc_suppress *suppress;
    const struct lgc_census *baseline; /* what it has lost is hidden; may be NULL */
    struct lgc_notes notes;         /* to be added to the finding's          */
    bool symbolize;
    bool stacks_only;               /* lgc_report_write_stacks, no format    */
    const char *debug_path;         /* as for lgc_image_open                 */
    uint64_t limit_ns;              /* for symbolizing; 0: none              */
    /* If not NULL, writes instead of the formats; false: it failed.  Runs in a
     * child when there are names (`settings` then), without them in this
     * process (both NULL). */
    bool (*write)(void *arg, struct lgc_out *out, const struct lgc_symbolizer *symbolizer,
                  const struct lgc_symbol_settings *settings);
    void *arg;
    /* If not NULL, names are had from here; nothing is read, no child made. */
    const struct lgc_symbolizer *symbolizer;
};

/* Writes the report to `fd` and returns the tool's exit status.  Symbolizing
 * reads files that may be damaged, by a library that may crash or hang on
 * them; it runs in a child.  A module that a child dies of goes without names,
 * and a note says so. */
int lgc_render(struct lgc_render *render, int fd);

#endif
