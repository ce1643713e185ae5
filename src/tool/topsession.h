/* SPDX-License-Identifier: MIT
 * topsession.h: what leaksgc top asks of the process, and what it was told. */
#ifndef LGC_TOOL_TOPSESSION_H
#define LGC_TOOL_TOPSESSION_H

#include "tool/link.h"
#include "tool/number.h"
#include "tool/topmodel.h"

struct lgc_topsession {
    struct lgc_link link;
    struct lgc_series series;
    uint64_t most;               /* sites that are asked for                 */
    struct lgc_toplist list;
    struct lgc_heapview view;
    struct lgc_top top;
    bool ended;                  /* the process, or its channel              */
    uint64_t check;              /* the last that was asked for; 0: none     */
    uint64_t lost_bytes, lost_objects;
};

/* Sends a question; its answer comes on link.fd.  False: the process has ended. */
bool lgc_topsession_ask_heap(struct lgc_topsession *s);
bool lgc_topsession_ask_check(struct lgc_topsession *s);
/* Takes the next answer in, whichever it is; waits for it if need be. */
void lgc_topsession_hear(struct lgc_topsession *s);
void lgc_topsession_free(struct lgc_topsession *s);

/* The terminal program.  Returns an exit status after a message. */
int lgc_topscreen_run(struct lgc_topsession *s);

#endif
