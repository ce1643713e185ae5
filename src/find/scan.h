/* SPDX-License-Identifier: MIT
 * scan.h: from roots to what is lost, and how each lost object hangs on
 * others.  Runs in a snapshot; allocates only by base/mem. */
#ifndef LGC_FIND_SCAN_H
#define LGC_FIND_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "find/finding.h"
#include "heap/block.h"
#include "world/root.h"

struct lgc_stopped;

/* One object, as a check saw it. */
struct lgc_entry {
    uintptr_t address;
    size_t size;                 /* as requested                             */
    struct lgc_origin origin;
    uint32_t head;               /* indirect: index of the direct entry that
                                    it hangs on; else its own.  After
                                    lgc_history_match: that one's site       */
    uint32_t found_check;        /* first check that missed it               */
    struct lgc_amount held;      /* direct: what hangs on it                 */
    uint8_t kind;                /* enum lgc_kind                            */
};

enum lgc_confirm {
    LGC_CONFIRM_NOTHING,
    LGC_CONFIRM_LOST,            /* if anything seems to be lost             */
    LGC_CONFIRM_ALL              /* in any case                              */
};

struct lgc_scan {
    /* in */
    struct lgc_root_kinds roots;
    unsigned kinds;              /* entries wanted, 1 << enum lgc_kind       */
    const struct lgc_stopped *self;
    bool count_sites;            /* by_site is wanted                        */
    enum lgc_confirm confirm;    /* whether libgc's marker is asked too      */
    unsigned markers;            /* threads; more than 1 only in a copy      */
    /* out */
    struct lgc_entry *entry;     /* direct and indirect first; owned by the
                                    caller: lgc_scan_free                    */
    size_t count, capacity;
    struct lgc_amount live, total[LGC_KIND_COUNT];
    struct lgc_amount fresh;     /* lost, and not at the check before: set by
                                    whoever remembers that one               */
    struct lgc_amount *by_site;  /* reachable and possible, by site id; the
                                    caller's too; NULL without memory        */
    size_t sites;                /* ids below it                             */
    bool complete;               /* false: no memory for all of it           */
    bool tried;                  /* lgc_root_tried                           */
    size_t compared, differ;     /* objects that libgc's marker was asked for,
                                    and that it says another thing of: those
                                    it reaches are not lost                  */
    uintptr_t differs;           /* one of them                              */
    uint64_t lookups;            /* words looked up in the heap              */
};

/* The whole check of a frozen heap. */
void lgc_scan_run(struct lgc_scan *scan);
void lgc_scan_free(struct lgc_scan *scan);

/* Whether the object is in use and as good as a root: ignored by the program;
 * or made by a thread that only the parent of this process has, where it goes
 * on using it. */
bool lgc_scan_ignores(const struct lgc_block *block, unsigned slot);

#endif
