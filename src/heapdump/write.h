/* SPDX-License-Identifier: MIT
 * write.h: records -> the raw chunks of a heap dump.
 *
 * No malloc, no stdio: runs in a snapshot of the traced process, and in the
 * tool.  Memory is bounded: one chunk. */
#ifndef LGC_HEAPDUMP_WRITE_H
#define LGC_HEAPDUMP_WRITE_H

#include "heapdump/format.h"
#include "heapdump/record.h"

enum { LGC_HEAPDUMP_BUFFER = 256 << 10 };

struct lgc_heapdump {
    /* Receives each full chunk; false: it could not be written. */
    bool (*chunk)(void *arg, const uint8_t *raw, size_t size);
    void *arg;
    bool failed;                  /* all that follows is discarded           */
    uint64_t address;             /* of the last object in this chunk        */
    uint64_t target;              /* of the last edge in this record         */
    struct lgc_heapdump_totals totals;
    size_t edges_at, nedges;      /* the record of edges that is open        */
    size_t used;
    uint8_t raw[LGC_HEAPDUMP_BUFFER];
};

/* `w` is some 256 KiB: not for a stack. */
void lgc_heapdump_begin(struct lgc_heapdump *w,
                        bool (*chunk)(void *arg, const uint8_t *raw, size_t size), void *arg);

void lgc_heapdump_process(struct lgc_heapdump *w, const struct lgc_heapdump_process *p);
void lgc_heapdump_note(struct lgc_heapdump *w, const char *text);
void lgc_heapdump_module(struct lgc_heapdump *w, const struct lgc_heapdump_module *m);
void lgc_heapdump_thread(struct lgc_heapdump *w, const struct lgc_heapdump_thread *t);
void lgc_heapdump_frame(struct lgc_heapdump *w, const struct lgc_heapdump_frame *f);
void lgc_heapdump_object(struct lgc_heapdump *w, const struct lgc_heapdump_object *o);
/* The edges of one source in a row, by rising offset. */
void lgc_heapdump_edge(struct lgc_heapdump *w, const struct lgc_heapdump_edge *e);
void lgc_heapdump_root(struct lgc_heapdump *w, const struct lgc_heapdump_root *r);
void lgc_heapdump_site(struct lgc_heapdump *w, const struct lgc_heapdump_site *s);
void lgc_heapdump_string(struct lgc_heapdump *w, struct lgc_heapdump_text text);
void lgc_heapdump_source(struct lgc_heapdump *w, const struct lgc_heapdump_source *s);
void lgc_heapdump_variable(struct lgc_heapdump *w, const struct lgc_heapdump_variable *v);

/* Gives the chunk that is being filled away, so that the next record begins
 * another one. */
void lgc_heapdump_flush(struct lgc_heapdump *w);
/* The end record with the totals; false if anything failed. */
bool lgc_heapdump_end(struct lgc_heapdump *w);

/* A text of a C string; NULL is the empty one. */
struct lgc_heapdump_text lgc_heapdump_text(const char *s);

#endif
