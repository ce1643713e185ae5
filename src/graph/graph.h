/* SPDX-License-Identifier: MIT
 * graph.h: a whole heap as arrays: objects, pointers, roots, sites.
 *
 *   object i     address[i] size[i] time_ns[i] site[i] thread[i] kind[i] flags[i]
 *   its pointers first[i] .. first[i + 1] - 1: indices into
 *                target[] (object), offset[] (in object i), inside[] (in the target)
 *
 * 33 bytes an object and 12 a pointer.  Objects are numbered as the dump lists
 * them, which is block by block; so neighbours in memory are neighbours here.
 */
#ifndef LGC_GRAPH_GRAPH_H
#define LGC_GRAPH_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "find/finding.h"
#include "heapdump/record.h"
#include "report/report.h"

#define LGC_GRAPH_NONE UINT32_MAX

struct lgc_graph_root {
    uint64_t slot, tid;
    uint32_t target;             /* object                                   */
    uint32_t inside;             /* UINT32_MAX: that or more                 */
    enum lgc_heapdump_root_kind kind;
};

struct lgc_graph_site {
    uint64_t id;
    const struct lgc_frame *frames; /* innermost first                       */
    uint32_t nframes;
};

/* What the tool that packed the dump knew of a frame. */
struct lgc_graph_source {
    uint64_t pc;
    uint32_t module;
    bool exact;
    struct lgc_source source;
};

struct lgc_graph_variable { uint64_t start, size; const char *name; };

/* Where a thread stood: its frame on [lo, hi) of its stack. */
struct lgc_graph_frame { uint64_t tid, lo, hi; struct lgc_frame frame; };

struct lgc_graph {
    /* process */
    uint64_t pid, check, stopped;
    int64_t time_ns;
    char *reason, *exe, *version;
    size_t nnotes, nmodules, nthreads, nframes, nsites, nstrings, nsources, nvariables;
    char **notes;
    struct lgc_module *modules;
    struct lgc_thread_info *threads;
    struct lgc_graph_frame *frames;   /* by thread, then innermost first     */
    struct lgc_graph_site *sites;     /* [0]: objects without a stack        */
    char **strings;
    struct lgc_graph_source *sources; /* by pc                               */
    struct lgc_graph_variable *variables; /* by start                        */

    /* objects */
    uint32_t n;
    uint64_t *address, *size;
    int64_t *time_ns_of;
    uint32_t *site, *thread;          /* index into sites; id                */
    uint8_t *kind;                    /* enum lgc_kind                       */
    uint8_t *internal;                /* made by the loader or on our behalf */

    /* pointers */
    uint32_t nedges;
    uint32_t *first;                  /* n + 1                               */
    uint32_t *target, *offset, *inside; /* UINT32_MAX: that or more          */

    size_t nroots;
    struct lgc_graph_root *roots;
};

#endif
