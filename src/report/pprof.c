/* SPDX-License-Identifier: MIT
 * pprof.c: the report as a profile for pprof (profile.proto): leaked objects
 * and bytes by stack, with functions, lines and inlined frames.
 *
 * The numbers of the fields are those of
 * https://github.com/google/pprof/blob/main/proto/profile.proto
 * Readers take a profile plain or packed by gzip; the tool packs it.
 */
#include <string.h>

#include "base/address.h"
#include "base/mem.h"
#include "report/format.h"
#include "report/proto.h"

enum {  /* of Profile */
    SAMPLE_TYPE = 1, SAMPLE = 2, MAPPING = 3, LOCATION = 4, FUNCTION = 5, STRING = 6,
    TIME_NANOS = 9, COMMENT = 13, DEFAULT_SAMPLE_TYPE = 14
};

/* Numbers for things: equal keys get one number, counted from 1. */
struct key { uint64_t a, b; };
struct table {
    struct key *keys;           /* keys[number - 1]                          */
    uint32_t *slots;            /* open addressing: a number, 0 is free      */
    size_t used, room, nslots;
};

struct profile {
    const struct lgc_format_job *job;
    struct lgc_proto proto;
    struct table strings, functions, locations;
    bool *named;                /* by module: some of its frames have names  */
};

/* ---- tables ----------------------------------------------------------- */

static uint64_t hash(struct key k)
{
    uint64_t h = (k.a ^ k.b * 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
    return h ^ h >> 31;
}

static void free_table(struct table *t)
{
    lgc_mem_unmap(t->keys, t->room * sizeof *t->keys);
    lgc_mem_unmap(t->slots, t->nslots * sizeof *t->slots);
}

typedef bool same_fn(struct key a, struct key b);
typedef uint64_t hash_fn(struct key k);

static bool same_numbers(struct key a, struct key b)
{
    return a.a == b.a && a.b == b.b;
}

/* Of a string: its address and the hash of its bytes. */
static const char *text_of(struct key k)
{
    return (const char *)(uintptr_t)k.a;
}

static bool same_text(struct key a, struct key b)
{
    return a.b == b.b && strcmp(text_of(a), text_of(b)) == 0;
}

static uint64_t hash_text(struct key k)
{
    return k.b;
}

static uint32_t *find_slot(struct table *t, struct key k, hash_fn *hashed, same_fn *same)
{
    size_t i = hashed(k) & (t->nslots - 1);
    while (t->slots[i] != 0 && !same(t->keys[t->slots[i] - 1], k))
        i = (i + 1) & (t->nslots - 1);
    return &t->slots[i];
}

static bool grow(struct table *t, hash_fn *hashed, same_fn *same)
{
    struct table bigger = *t;
    struct key *keys = lgc_mem_grow(t->keys, &t->room, t->used + 1, sizeof *keys);
    if (keys == NULL)
        return false;
    t->keys = bigger.keys = keys;
    if (2 * (t->used + 1) <= t->nslots)
        return true;
    bigger.nslots = t->nslots == 0 ? 1024 : 2 * t->nslots;
    bigger.slots = lgc_mem_map(bigger.nslots * sizeof *bigger.slots);
    if (bigger.slots == NULL)
        return false;
    for (size_t i = 0; i < t->used; i++)
        *find_slot(&bigger, keys[i], hashed, same) = (uint32_t)(i + 1);
    lgc_mem_unmap(t->slots, t->nslots * sizeof *t->slots);
    t->slots = bigger.slots;
    t->nslots = bigger.nslots;
    return true;
}

/* The key's number; *fresh: it is a new one.  0: no memory. */
static uint32_t number(struct profile *p, struct table *t, struct key k, bool *fresh)
{
    bool text = t == &p->strings;
    hash_fn *hashed = text ? hash_text : hash;
    same_fn *same = text ? same_text : same_numbers;
    *fresh = false;
    if (!grow(t, hashed, same)) {
        p->proto.failed = true;
        return 0;
    }
    uint32_t *slot = find_slot(t, k, hashed, same);
    if (*slot == 0) {
        t->keys[t->used++] = k;
        *slot = (uint32_t)t->used;
        *fresh = true;
    }
    return *slot;
}

/* The index in the string table, whose first entry is "". */
static uint64_t string(struct profile *p, const char *text)
{
    bool fresh;
    struct key k = { (uintptr_t)text, 0xcbf29ce484222325u };
    if (text == NULL || *text == '\0')
        return 0;
    for (const char *c = text; *c != '\0'; c++)
        k.b = (k.b ^ (unsigned char)*c) * 0x100000001b3u;
    k.b ^= k.b >> 29;
    return number(p, &p->strings, k, &fresh);
}

/* ---- messages --------------------------------------------------------- */

static void put_value_type(struct profile *p, const char *type, const char *unit)
{
    size_t opened = lgc_proto_open(&p->proto, SAMPLE_TYPE);
    lgc_proto_number(&p->proto, 1, string(p, type));
    lgc_proto_number(&p->proto, 2, string(p, unit));
    lgc_proto_close(&p->proto, opened);
}

static uint64_t function(struct profile *p, const struct lgc_source *s)
{
    bool fresh;
    const char *name = s->function != NULL ? s->function : s->file;
    struct key k = { string(p, name), string(p, s->file) };
    uint32_t id = number(p, &p->functions, k, &fresh);
    if (!fresh)
        return id;
    size_t opened = lgc_proto_open(&p->proto, FUNCTION);
    lgc_proto_number(&p->proto, 1, id);
    lgc_proto_number(&p->proto, 2, k.a);
    lgc_proto_number(&p->proto, 3, k.a);
    lgc_proto_number(&p->proto, 4, k.b);
    lgc_proto_close(&p->proto, opened);
    lgc_proto_flush(&p->proto, p->job->out);
    return id;
}

/* The address is that of the instruction: a reader may look names up by itself.
 * Where addresses are not to be shown that works all the same, with the module as
 * if it had been loaded where its file says; what is in no module has a token. */
static uint64_t address(struct profile *p, const struct lgc_frame *frame)
{
    uint64_t shown, pc = frame->pc - !frame->exact;
    if (!lgc_address_plain() && frame->module < p->job->finding->nmodules)
        return pc - p->job->finding->modules[frame->module].bias;
    lgc_address_shown(pc, &shown);
    return shown;
}

static uint64_t location(struct profile *p, const struct lgc_frame *frame)
{
    struct lgc_source sources[LGC_REPORT_MAX_INLINED];
    uint64_t functions[LGC_REPORT_MAX_INLINED];
    bool fresh, mapped = frame->module < p->job->finding->nmodules;
    struct key k = { frame->pc - !frame->exact, mapped ? frame->module + 1ull : 0 };
    uint32_t id = number(p, &p->locations, k, &fresh);
    if (!fresh)
        return id;
    size_t n = lgc_format_sources(p->job, frame, sources);
    for (size_t i = 0; i < n; i++)
        functions[i] = function(p, &sources[i]);
    if (n > 0 && mapped)
        p->named[frame->module] = true;
    size_t opened = lgc_proto_open(&p->proto, LOCATION);
    lgc_proto_number(&p->proto, 1, id);
    lgc_proto_number(&p->proto, 2, k.b);
    lgc_proto_number(&p->proto, 3, address(p, frame));
    for (size_t i = 0; i < n; i++) {
        size_t line = lgc_proto_open(&p->proto, 4);
        lgc_proto_number(&p->proto, 1, functions[i]);
        lgc_proto_number(&p->proto, 2, sources[i].line);
        lgc_proto_number(&p->proto, 3, sources[i].column);
        lgc_proto_close(&p->proto, line);
    }
    lgc_proto_close(&p->proto, opened);
    lgc_proto_flush(&p->proto, p->job->out);
    return id;
}

/* Of no module and no address, so that no reader looks for a name. */
static uint64_t folded(struct profile *p)
{
    static const struct lgc_source mark = { .function = LGC_FORMAT_FOLDED };
    const struct key k = { 0, UINT64_MAX };
    bool fresh;
    uint32_t id = number(p, &p->locations, k, &fresh);
    if (!fresh)
        return id;
    uint64_t name = function(p, &mark);
    size_t opened = lgc_proto_open(&p->proto, LOCATION);
    lgc_proto_number(&p->proto, 1, id);
    size_t line = lgc_proto_open(&p->proto, 4);
    lgc_proto_number(&p->proto, 1, name);
    lgc_proto_close(&p->proto, line);
    lgc_proto_close(&p->proto, opened);
    lgc_proto_flush(&p->proto, p->job->out);
    return id;
}

static void put_label(struct profile *p, const char *key, const char *value)
{
    size_t opened = lgc_proto_open(&p->proto, 3);
    lgc_proto_number(&p->proto, 1, string(p, key));
    lgc_proto_number(&p->proto, 2, string(p, value));
    lgc_proto_close(&p->proto, opened);
}

/* Locations are messages of their own and come first; `ids` has room for
 * all, each with a mark behind it. */
static void put_sample(struct profile *p, const struct lgc_group *g, uint64_t *ids)
{
    size_t n = 0;
    for (uint32_t i = 0; i < g->nframes; i++) {
        ids[n++] = location(p, &g->frames[i]);
        if (g->frames[i].folded != 0)
            ids[n++] = folded(p);
    }
    size_t sample = lgc_proto_open(&p->proto, SAMPLE);
    size_t packed = lgc_proto_open(&p->proto, 1);
    for (size_t i = 0; i < n; i++)
        lgc_proto_varint(&p->proto, ids[i]);
    lgc_proto_close(&p->proto, packed);
    packed = lgc_proto_open(&p->proto, 2);
    lgc_proto_varint(&p->proto, g->amount.objects);
    lgc_proto_varint(&p->proto, g->amount.bytes);
    lgc_proto_close(&p->proto, packed);
    put_label(p, "kind", lgc_format_kind(g->kind));
    lgc_proto_close(&p->proto, sample);
    lgc_proto_flush(&p->proto, p->job->out);
}

static void put_samples(struct profile *p)
{
    const struct lgc_finding *f = p->job->finding;
    uint64_t deepest = 1;
    for (size_t i = 0; i < f->ngroups; i++)
        deepest = f->groups[i].nframes > deepest ? f->groups[i].nframes : deepest;
    uint64_t *ids = lgc_mem_map(2 * deepest * sizeof *ids);
    p->proto.failed |= ids == NULL;
    for (size_t i = 0; i < f->ngroups && !p->job->out->failed && !p->proto.failed; i++) {
        if (lgc_report_lists(p->job->style, &f->groups[i]))
            put_sample(p, &f->groups[i], ids);
    }
    lgc_mem_unmap(ids, 2 * deepest * sizeof *ids);
}

/* `named` says that names are there: pprof then looks for none. */
static void put_mappings(struct profile *p)
{
    const struct lgc_finding *f = p->job->finding;
    for (size_t i = 0; i < f->nmodules; i++) {
        const struct lgc_module *m = &f->modules[i];
        uint64_t bias = lgc_address_plain() ? 0 : m->bias;
        size_t opened = lgc_proto_open(&p->proto, MAPPING);
        lgc_proto_number(&p->proto, 1, i + 1);
        lgc_proto_number(&p->proto, 2, m->start - bias);
        lgc_proto_number(&p->proto, 3, m->end - bias);
        lgc_proto_number(&p->proto, 5, string(p, m->path));
        lgc_proto_number(&p->proto, 6, string(p, m->build_id));
        for (unsigned field = 7; field <= 10; field++)
            lgc_proto_number(&p->proto, field, p->named[i]);
        lgc_proto_close(&p->proto, opened);
        lgc_proto_flush(&p->proto, p->job->out);
    }
}

static void put_rest(struct profile *p)
{
    const struct lgc_finding *f = p->job->finding;
    lgc_proto_number(&p->proto, TIME_NANOS, (uint64_t)f->time_ns);
    for (size_t i = 0; i < f->nnotes; i++)
        lgc_proto_number(&p->proto, COMMENT, string(p, f->notes[i]));
    lgc_proto_number(&p->proto, DEFAULT_SAMPLE_TYPE, string(p, "leaked_space"));
    lgc_proto_text(&p->proto, STRING, "");
    for (size_t i = 0; i < p->strings.used; i++) {
        lgc_proto_text(&p->proto, STRING, text_of(p->strings.keys[i]));
        lgc_proto_flush(&p->proto, p->job->out);
    }
}

void lgc_pprof_report(const struct lgc_format_job *job)
{
    struct profile p = { .job = job };
    size_t modules = job->finding->nmodules + 1;
    p.named = lgc_mem_map(modules * sizeof *p.named);
    p.proto.failed = p.named == NULL;
    if (!p.proto.failed) {
        put_value_type(&p, "leaked_objects", "count");
        put_value_type(&p, "leaked_space", "bytes");
        put_samples(&p);
        put_mappings(&p);
        put_rest(&p);
        lgc_proto_flush(&p.proto, job->out);
    }
    if (p.proto.failed)
        job->out->failed = true;    /* half a profile is none */
    free_table(&p.strings);
    free_table(&p.functions);
    free_table(&p.locations);
    lgc_mem_unmap(p.named, modules * sizeof *p.named);
    lgc_proto_free(&p.proto);
}
