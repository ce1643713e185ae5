/* SPDX-License-Identifier: MIT
 * look.h: one look at the heap standing still, in place or on a copy of the
 * process, whichever is possible and keeps the program waiting for less. */
#ifndef LGC_RUN_LOOK_H
#define LGC_RUN_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "find/scan.h"
#include "find/snapshot.h"
#include "run/option.h"
#include "run/way.h"

struct lgc_look {
    /* in */
    const struct lgc_stopped *self;  /* where the caller's live stack begins */
    enum lgc_way way;                /* what is asked for                    */
    bool last;                       /* the process ends afterwards          */
    bool frees;                      /* what is found lost may be freed      */
    bool reports;                    /* it goes into a report                */
    bool patient;                    /* nobody waits for it: a copy takes
                                        even less of a busy machine          */
    unsigned kinds;                  /* entries wanted, 1 << enum lgc_kind   */
    struct lgc_way_size size;        /* now, about                           */
    /* out */
    struct lgc_scan scan;            /* the entries are the caller's         */
    struct lgc_snapshot snapshot;
    bool on_copy;
    bool given_up;                   /* the copy was ended by lgc_look_watch */
    const char *why;                 /* a copy was wanted, and is not used   */
    uint64_t copy_bytes;             /* what it took of memory               */
};

/* What there is to do while a copy works, before the caller only waits; may be
 * NULL.  False: it has ended the copy. */
extern bool (*lgc_look_watch)(int copy, bool patient);

/* False: there is no memory, or the look was given up.  The caller holds the
 * check lock. */
bool lgc_look(struct lgc_look *look);

/* How many threads shall search a copy of a heap of this size; in the copy.  The
 * program's own process never gets one for it. */
unsigned lgc_look_markers(const struct lgc_way_size *size);

/* In the child of a fork: what a look under way has left. */
void lgc_look_fork_child(void);

#endif
