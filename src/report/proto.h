/* SPDX-License-Identifier: MIT
 * proto.h: writes messages in the wire format of Protocol Buffers.
 * For pprof.c; no malloc, allocates by base/mem.
 *
 * Only what a profile needs: varints, strings, nested messages.  (protobuf-c
 * would want the whole message as a tree in memory, made by malloc, which the
 * library must not call here.)
 */
#ifndef LGC_REPORT_PROTO_H
#define LGC_REPORT_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/out.h"

/* All zero is an empty one.  `failed`: memory ran out, what came then is lost. */
struct lgc_proto {
    unsigned char *bytes;
    size_t used, capacity;
    bool failed;
};

void lgc_proto_free(struct lgc_proto *p);

void lgc_proto_varint(struct lgc_proto *p, uint64_t v);     /* bare, inside a packed field */
void lgc_proto_number(struct lgc_proto *p, unsigned field, uint64_t v);  /* nothing if 0 */
/* A string; what is not UTF-8 in it becomes '?', as readers refuse it. */
void lgc_proto_text(struct lgc_proto *p, unsigned field, const char *text);

/* A nested message or a packed field: what is written between the two. */
size_t lgc_proto_open(struct lgc_proto *p, unsigned field);
void lgc_proto_close(struct lgc_proto *p, size_t opened);

/* Hands over what was written so far, and begins anew. */
void lgc_proto_flush(struct lgc_proto *p, struct lgc_out *out);

#endif
