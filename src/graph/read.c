/* SPDX-License-Identifier: MIT
 * read.c: one chunk after the other, until the one that holds the end. */
#include "graph/read.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

struct input {
    struct lgc_read *read;
    ZSTD_DCtx *context;
    uint8_t *stored, *raw;
    uint64_t at;                 /* bytes read of the file                   */
    uint64_t chunk_at;           /* where the current chunk begins           */
};

LGC_PRINTF(2, 3) static bool fail(struct input *i, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(i->read->error, sizeof i->read->error, format, args);
    va_end(args);
    return false;
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static size_t take(struct input *i, void *to, size_t n)
{
    size_t got = fread(to, 1, n, i->read->in);
    i->at += got;
    return got;
}

static bool read_prelude(struct input *i)
{
    uint8_t p[LGC_HEAPDUMP_PRELUDE];
    if (take(i, p, sizeof p) != sizeof p || memcmp(p, LGC_HEAPDUMP_MAGIC, 8) != 0)
        return fail(i, "this is no heap dump");
    uint32_t version = get32(p + 8);
    if (version > LGC_HEAPDUMP_VERSION)
        return fail(i, "the heap dump has format version %u, this leaksgc reads %d: "
                    "a newer leaksgc is needed", version, LGC_HEAPDUMP_VERSION);
    if (version == 0 || get32(p + 12) != 0)
        return fail(i, "byte 8: the heap dump has no valid version");
    return true;
}

static bool truncated(struct input *i)
{
    return fail(i, "byte %llu: the heap dump is truncated: its end is missing",
                (unsigned long long)i->at);
}

static bool bad_chunk(struct input *i, const char *why)
{
    return fail(i, "byte %llu: a bad chunk: %s", (unsigned long long)i->chunk_at, why);
}

static bool unpack(struct input *i, const uint8_t header[LGC_HEAPDUMP_HEADER], size_t raw,
                   size_t stored)
{
    uint32_t crc = lgc_heapdump_crc(lgc_heapdump_crc(0, header, 16), i->stored, stored);
    if (crc != get32(header + 16))
        return bad_chunk(i, "its checksum is wrong");
    switch (get32(header + 8)) {
    case LGC_HEAPDUMP_PLAIN:
        if (raw != stored)
            return bad_chunk(i, "its lengths differ");
        memcpy(i->raw, i->stored, raw);
        return true;
    case LGC_HEAPDUMP_ZSTD:
        if (ZSTD_decompressDCtx(i->context, i->raw, raw, i->stored, stored) != raw)
            return bad_chunk(i, "it cannot be decompressed");
        return true;
    default:
        return bad_chunk(i, "its coding is unknown");
    }
}

static bool read_chunk(struct input *i, uint32_t sequence, size_t *raw)
{
    uint8_t header[LGC_HEAPDUMP_HEADER];
    i->chunk_at = i->at;
    if (take(i, header, sizeof header) != sizeof header)
        return truncated(i);
    *raw = get32(header);
    size_t stored = get32(header + 4);
    if (*raw == 0 || *raw > LGC_HEAPDUMP_CHUNK_MAX || stored == 0
        || stored > LGC_HEAPDUMP_STORED_MAX)
        return bad_chunk(i, "its length is out of range");
    if (get32(header + 12) != sequence)
        return bad_chunk(i, "it is out of order");
    if (take(i, i->stored, stored) != stored)
        return truncated(i);
    return unpack(i, header, *raw, stored);
}

static bool decode(struct input *i, size_t raw, bool *ended)
{
    struct lgc_read *r = i->read;
    size_t at = 0;
    enum lgc_heapdump_tag last = LGC_HEAPDUMP_TAGS;
    if (!lgc_heapdump_decode(i->raw, raw, &r->visitor, &at, &last))
        return fail(i, "byte %llu: a bad record, %zu bytes into the chunk: %s",
                    (unsigned long long)i->chunk_at, at,
                    r->visitor.why != NULL ? r->visitor.why : "out of memory");
    if (r->chunk != NULL && !r->chunk(r->arg, i->raw, raw, last))
        return fail(i, "%s", r->visitor.why != NULL ? r->visitor.why : "out of memory");
    *ended = last == LGC_HEAPDUMP_END;
    if (*ended && at != 0)
        return bad_chunk(i, "the end is not alone in it");
    return true;
}

static bool read_all(struct input *i)
{
    bool ended = false;
    if (!read_prelude(i))
        return false;
    for (uint32_t sequence = 0; !ended; sequence++) {
        size_t raw = 0;
        if (!read_chunk(i, sequence, &raw) || !decode(i, raw, &ended))
            return false;
        if (i->read->progress != NULL && sequence % 16 == 0)
            i->read->progress(i->read->arg, i->at);
    }
    if (fgetc(i->read->in) != EOF)
        return fail(i, "byte %llu: something follows the end of the heap dump",
                    (unsigned long long)i->at);
    return ferror(i->read->in) ? fail(i, "it cannot be read") : true;
}

bool lgc_read_dump(struct lgc_read *read)
{
    struct input i = { .read = read, .context = ZSTD_createDCtx(),
                       .stored = malloc(LGC_HEAPDUMP_STORED_MAX),
                       .raw = malloc(LGC_HEAPDUMP_CHUNK_MAX) };
    read->error[0] = '\0';
    bool ok = i.context != NULL && i.stored != NULL && i.raw != NULL
            ? read_all(&i) : fail(&i, "out of memory");
    ZSTD_freeDCtx(i.context);
    free(i.stored);
    free(i.raw);
    return ok;
}

bool lgc_read_is_dump(FILE *in)
{
    char magic[8];
    bool is = fread(magic, 1, sizeof magic, in) == sizeof magic
           && memcmp(magic, LGC_HEAPDUMP_MAGIC, sizeof magic) == 0;
    rewind(in);
    return is;
}
