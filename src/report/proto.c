/* SPDX-License-Identifier: MIT
 * proto.c: writes messages in the wire format of Protocol Buffers. */
#include "report/proto.h"

#include <string.h>

#include "base/mem.h"

enum { WIRE_VARINT = 0, WIRE_LENGTH = 2, VARINT_MAX = 10 };

static bool room(struct lgc_proto *p, size_t n)
{
    unsigned char *grown;
    if (p->failed)
        return false;
    if (p->used + n <= p->capacity)
        return true;
    grown = lgc_mem_grow(p->bytes, &p->capacity, p->used + n, 1);
    p->failed = grown == NULL;
    if (grown != NULL)
        p->bytes = grown;
    return grown != NULL;
}

void lgc_proto_free(struct lgc_proto *p)
{
    lgc_mem_unmap(p->bytes, p->capacity);
    memset(p, 0, sizeof *p);
}

static size_t encode(unsigned char to[VARINT_MAX], uint64_t v)
{
    size_t n = 0;
    for (; v >= 0x80; v >>= 7)
        to[n++] = (unsigned char)(v | 0x80);
    to[n++] = (unsigned char)v;
    return n;
}

void lgc_proto_varint(struct lgc_proto *p, uint64_t v)
{
    if (room(p, VARINT_MAX))
        p->used += encode(p->bytes + p->used, v);
}

static void put_tag(struct lgc_proto *p, unsigned field, unsigned wire)
{
    lgc_proto_varint(p, field << 3 | wire);
}

void lgc_proto_number(struct lgc_proto *p, unsigned field, uint64_t v)
{
    if (v == 0)
        return;
    put_tag(p, field, WIRE_VARINT);
    lgc_proto_varint(p, v);
}

void lgc_proto_text(struct lgc_proto *p, unsigned field, const char *text)
{
    size_t size = strlen(text);
    put_tag(p, field, WIRE_LENGTH);
    lgc_proto_varint(p, size);
    if (!room(p, size))
        return;
    for (const char *end = text + size; text < end; ) {
        size_t n = lgc_out_utf8(text);
        if (n == 0)
            p->bytes[p->used++] = '?';
        else
            memcpy(p->bytes + p->used, text, n);
        p->used += n;
        text += n > 0 ? n : 1;
    }
}

size_t lgc_proto_open(struct lgc_proto *p, unsigned field)
{
    put_tag(p, field, WIRE_LENGTH);
    return p->used;
}

/* The length stands in front: what was written moves behind it. */
void lgc_proto_close(struct lgc_proto *p, size_t opened)
{
    unsigned char length[VARINT_MAX];
    size_t size = p->used - opened, n = encode(length, size);
    if (!room(p, n))
        return;
    memmove(p->bytes + opened + n, p->bytes + opened, size);
    memcpy(p->bytes + opened, length, n);
    p->used += n;
}

void lgc_proto_flush(struct lgc_proto *p, struct lgc_out *out)
{
    if (p->used > 0)
        lgc_out_bytes(out, p->bytes, p->used);
    p->used = 0;
}
