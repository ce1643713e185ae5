/* SPDX-License-Identifier: MIT
 * read.h: the chunks of a heap dump file, checked, decompressed and decoded,
 * for any file, however hostile.  Memory is bounded: one chunk. */
#ifndef LGC_GRAPH_READ_H
#define LGC_GRAPH_READ_H

#include <stdio.h>

#include "base/attr.h"
#include "heapdump/decode.h"

struct lgc_read {
    FILE *in;
    struct lgc_heapdump_visitor visitor;
    /* May be NULL.  Called for each chunk when its records were visited; false
     * stops, with visitor.why set. */
    bool (*chunk)(void *arg, const uint8_t *raw, size_t size, enum lgc_heapdump_tag last);
    /* May be NULL.  Called now and then: bytes read of the file so far. */
    void (*progress)(void *arg, uint64_t done);
    void *arg;                   /* of chunk and progress                    */
    char error[256];             /* out: what is wrong, and at which byte    */
};

/* Reads all of it.  False: see error; the visitor may have been called. */
bool lgc_read_dump(struct lgc_read *read);

/* Whether the file begins as a heap dump does; reads it from there on. */
bool lgc_read_is_dump(FILE *in);

#endif
