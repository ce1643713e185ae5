/* SPDX-License-Identifier: MIT
 * toplist.h: the sites of a finding as one line each, with names. */
#ifndef LGC_TOOL_SITES_H
#define LGC_TOOL_SITES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LGC_TOPLIST_LABEL = 240, LGC_TOPLIST_FRAMES = 16384 };

struct lgc_toplist_row {
    uint64_t stack;              /* equal for equal stacks of one process    */
    uint64_t bytes, objects;
    uint64_t held_bytes, held_objects; /* of the group; what it means depends */
    int64_t time_ns;             /* first; Unix epoch                        */
    uint8_t kind, section;       /* enum lgc_kind, enum lgc_section          */
    char label[LGC_TOPLIST_LABEL]; /* "function file:line < caller < caller"   */
    const char *frames;          /* all of them, a line each, the list's; NULL
                                    unless `whole`                           */
};

struct lgc_toplist {
    struct lgc_toplist_row *row;
    size_t n;
    bool whole;                  /* set before reading: frames are wanted    */
    void *known;                 /* labels by stack, kept for the next time  */
};

/* Reads a finding stream in the place of what was there (all zero at first).
 * Names that take too long stay module and offset.  0, or an exit status after
 * a message. */
int lgc_toplist_read(struct lgc_toplist *sites, const char *path);
void lgc_toplist_free(struct lgc_toplist *sites);

#endif
