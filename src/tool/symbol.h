/* SPDX-License-Identifier: MIT
 * symbol.h: frames of a finding -> functions and lines, from the files that
 * its modules name.  Needs no live process and never asks the network. */
#ifndef LGC_TOOL_SYMBOL_H
#define LGC_TOOL_SYMBOL_H

#include "find/finding.h"
#include "report/report.h"

/* Shared with a parent process, which sees who crashed or hangs: */
struct lgc_symbol_progress {
    volatile uint64_t steps;     /* grows with each frame                    */
    volatile uint32_t module;    /* being read; LGC_NO_MODULE: none          */
};

struct lgc_symbol_settings {
    const char *debug_path;      /* as for lgc_image_open                    */
    uint64_t deadline_ns;        /* CLOCK_MONOTONIC; 0: none                 */
    const bool *skip;            /* per module: do not touch it; may be NULL */
    struct lgc_symbol_progress *progress;   /* may be NULL                   */
};

struct lgc_symbol;

/* `finding` and `settings` must outlive it.  NULL: out of memory. */
struct lgc_symbol *lgc_symbol_new(const struct lgc_finding *finding,
                                  const struct lgc_symbol_settings *settings);
void lgc_symbol_free(struct lgc_symbol *symbol);

/* Looks the frames of all groups of these kinds up, largest groups first, until
 * the deadline; what is not known by then stays unknown.  Returns how many
 * frames that are. */
size_t lgc_symbol_all(struct lgc_symbol *symbol, unsigned kinds);

/* For reports and suppressions; answers only for the finding it was made for. */
struct lgc_symbolizer lgc_symbol_symbolizer(struct lgc_symbol *symbol);

#endif
