/* SPDX-License-Identifier: MIT
 * fuzz_heapdump.c: any bytes as a heap dump: read, and analysed if they can be.
 *
 * Most changed files end at a checksum.  So a change is mostly made to the
 * records: chunks are unpacked, changed, and given checksums and totals that
 * fit, so that what is behind the frame is met too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "driver.h"
#include "graph/census.h"
#include "graph/dominate.h"
#include "graph/load.h"
#include "graph/path.h"
#include "graph/sites.h"
#include "heapdump/decode.h"
#include "heapdump/write.h"

enum { MEMORY = 64 << 20 };

static void nothing(void *arg, uint32_t source, uint32_t edge, size_t root)
{
    (void)arg;
    (void)source;
    (void)edge;
    (void)root;
}

static void analyse(const struct lgc_graph *g)
{
    struct lgc_dominate d;
    struct lgc_sites sites;
    struct lgc_path path;
    if (lgc_dominate_run(g, &d)) {
        if (lgc_sites_count(g, &d, &sites)) {
            lgc_sites_free_finding(lgc_sites_finding(g, &sites, &d));
            lgc_sites_free(&sites);
        }
        lgc_dominate_free(&d);
    }
    for (uint32_t i = 0; i < g->n && i < 4; i++) {
        lgc_path_referrers(g, i, nothing, NULL);
        if (lgc_path_find(g, i, &path))
            lgc_path_free(&path);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lgc_load load = { .in = fmemopen((void *)data, size > 0 ? size : 1, "r"),
                             .most_bytes = MEMORY };
    if (load.in == NULL)
        abort();
    struct lgc_graph *g = lgc_load_graph(&load);
    if (g != NULL)
        analyse(g);
    else if (load.error[0] == '\0')
        abort();                 /* refused without a reason */
    lgc_load_free(g);
    fclose(load.in);
    return 0;
}

/* ---- changes below the checksums --------------------------------------- */

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put32(uint8_t *to, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(v >> 8 * i);
}

/* The records of all chunks but the last, behind each other: what is relative
 * to a chunk's begin gets lost, which is a change like others. */
static size_t unpack(const uint8_t *data, size_t size, uint8_t *raw, size_t room)
{
    size_t at = LGC_HEAPDUMP_PRELUDE, n = 0, before = 0;
    while (size - at >= LGC_HEAPDUMP_HEADER) {
        size_t want = get32(data + at), stored = get32(data + at + 4);
        const uint8_t *bytes = data + at + LGC_HEAPDUMP_HEADER;
        if (stored > size - at - LGC_HEAPDUMP_HEADER || want > room - n)
            break;
        if (get32(data + at + 8) == LGC_HEAPDUMP_ZSTD
            && ZSTD_decompress(raw + n, want, bytes, stored) != want)
            break;
        if (get32(data + at + 8) == LGC_HEAPDUMP_PLAIN)
            memcpy(raw + n, bytes, want < stored ? want : stored);
        before = n;
        n += want;
        at += LGC_HEAPDUMP_HEADER + stored;
    }
    return before;               /* without the end */
}

/* Whole records removed, repeated, or moved to the end. */
static size_t change_records(uint8_t *raw, size_t n, size_t room, uint64_t *state)
{
    size_t start[256], count = 0;
    for (size_t at = 0; at + 2 < n && count < 256; count++) {
        size_t length = raw[at + 1] & 0x7f, skip = 2;
        for (unsigned shift = 7; (raw[at + skip - 1] & 0x80) != 0 && at + skip < n && shift < 28;
             shift += 7, skip++)
            length |= (size_t)(raw[at + skip] & 0x7f) << shift;
        start[count] = at;
        at += skip + length;
    }
    if (count < 2)
        return n;
    uint32_t k = fuzz_chance(state, (uint32_t)count - 1);
    size_t from = start[k], size = start[k + 1] - from;
    if (size > n - from)
        return n;
    uint32_t how = fuzz_chance(state, 3);
    if (how > 0 && size <= room - n) {
        memcpy(raw + n, raw + from, size);
        n += size;
    }
    if (how < 2) {
        memmove(raw + from, raw + from + size, n - from - size);
        n -= size;
    }
    return n;
}

static bool count_module(void *t, const struct lgc_heapdump_module *m)
{
    (void)m;
    ((struct lgc_heapdump_totals *)t)->modules++;
    return true;
}

static bool count_object(void *t, const struct lgc_heapdump_object *o)
{
    (void)o;
    ((struct lgc_heapdump_totals *)t)->objects++;
    return true;
}

static bool count_edge(void *t, const struct lgc_heapdump_edge *e)
{
    (void)e;
    ((struct lgc_heapdump_totals *)t)->edges++;
    return true;
}

static bool count_root(void *t, const struct lgc_heapdump_root *r)
{
    (void)r;
    ((struct lgc_heapdump_totals *)t)->roots++;
    return true;
}

static bool count_site(void *t, const struct lgc_heapdump_site *s)
{
    (void)s;
    ((struct lgc_heapdump_totals *)t)->sites++;
    return true;
}

static bool count_string(void *t, struct lgc_heapdump_text text)
{
    (void)text;
    ((struct lgc_heapdump_totals *)t)->strings++;
    return true;
}

struct file { uint8_t *at; size_t size, room; uint32_t sequence; };

static bool put_chunk(void *arg, const uint8_t *raw, size_t size)
{
    struct file *f = arg;
    uint8_t *header = f->at + f->size;
    if (f->room - f->size < size + LGC_HEAPDUMP_HEADER)
        return false;
    put32(header, (uint32_t)size);
    put32(header + 4, (uint32_t)size);
    put32(header + 8, LGC_HEAPDUMP_PLAIN);
    put32(header + 12, f->sequence++);
    put32(header + 16, lgc_heapdump_crc(lgc_heapdump_crc(0, header, 16), raw, size));
    memcpy(header + LGC_HEAPDUMP_HEADER, raw, size);
    f->size += LGC_HEAPDUMP_HEADER + size;
    return true;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    static uint8_t raw[LGC_HEAPDUMP_CHUNK_MAX];
    static struct lgc_heapdump w;
    uint64_t state = seed;
    if (fuzz_chance(&state, 4) == 0 || size < LGC_HEAPDUMP_PRELUDE)
        return fuzz_mutate_bytes(data, size, room, &state);
    size_t n = unpack(data, size, raw, sizeof raw / 2);
    n = fuzz_chance(&state, 2) == 0 ? fuzz_mutate_bytes(raw, n, sizeof raw, &state)
                                    : change_records(raw, n, sizeof raw, &state);
    struct lgc_heapdump_totals totals = { 0 };
    struct lgc_heapdump_visitor v = {
        .module = count_module, .object = count_object, .edge = count_edge, .root = count_root,
        .site = count_site, .string = count_string, .arg = &totals };
    enum lgc_heapdump_tag last;
    size_t at;
    lgc_heapdump_decode(raw, n, &v, &at, &last);
    struct file f = { data, LGC_HEAPDUMP_PRELUDE, room, 0 };
    lgc_heapdump_begin(&w, put_chunk, &f);
    if (n > 0)
        put_chunk(&f, raw, n);
    w.totals = totals;
    lgc_heapdump_end(&w);
    return f.size;
}
