/* SPDX-License-Identifier: MIT
 * topmodel.h: what leaksgc top shows, as lines of text: numbers, rates, a table
 * of sites that is sorted, filtered and scrolled.  Knows no terminal.
 */
#ifndef LGC_TOOL_TOPMODEL_H
#define LGC_TOOL_TOPMODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/heapview.h"

enum { LGC_TOP_HISTORY = 240, LGC_TOP_FILTER = 64 };

enum lgc_top_order { LGC_TOP_BYTES, LGC_TOP_OBJECTS, LGC_TOP_GROWTH, LGC_TOP_SITE, LGC_TOP_ORDERS };

struct lgc_top_site {
    uint64_t stack;              /* tells sites apart                        */
    uint64_t bytes, objects;
    uint64_t first_bytes;        /* when it was first listed                 */
    double growth;               /* bytes a second since the last time       */
    const char *label, *frames;  /* the list's                               */
};

/* All zero at first. */
struct lgc_top {
    struct lgc_top_site *site;
    size_t n;
    size_t *shown, nshown;       /* indices of those that pass the filter, in order */
    enum lgc_top_order order;
    bool backwards;
    char filter[LGC_TOP_FILTER];
    size_t selected, first;      /* among the shown: the marked row, the first on the screen */
    uint64_t value[LGC_HEAPVIEW_NUMBERS], time_ns;
    double allocated, freed;     /* bytes a second                           */
    unsigned times;              /* updates so far                           */
    uint64_t history[LGC_TOP_HISTORY]; /* live bytes, the newest last        */
    unsigned nhistory;
};

/* Takes what was read; labels must live until the next update.  False: no memory. */
bool lgc_top_update(struct lgc_top *top, const struct lgc_heapview *view);
/* After a change of order or filter: sorts again; the marked site stays marked. */
void lgc_top_arrange(struct lgc_top *top);
/* Moves the mark; `rows` are on the screen. */
void lgc_top_move(struct lgc_top *top, long by, size_t rows);
/* The marked site; NULL: none is shown. */
const struct lgc_top_site *lgc_top_marked(const struct lgc_top *top);
const char *lgc_top_order_name(enum lgc_top_order order);
void lgc_top_free(struct lgc_top *top);

/* Lines of at most `width` columns, of printable characters alone whatever a
 * name holds; NUL-terminated in to[size]. */
void lgc_top_memory_line(const struct lgc_top *top, char *to, size_t size, unsigned width);
void lgc_top_rate_line(const struct lgc_top *top, char *to, size_t size, unsigned width);
void lgc_top_history_line(const struct lgc_top *top, bool blocks, char *to, size_t size, unsigned width);
void lgc_top_heading(char *to, size_t size, unsigned width);
void lgc_top_row(const struct lgc_top *top, size_t shown, char *to, size_t size, unsigned width);
/* What of `from`, up to a newline, is printable in this locale and fits. */
void lgc_top_text(char *to, size_t size, const char *from, unsigned width);

#endif
