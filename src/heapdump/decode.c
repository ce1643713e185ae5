/* SPDX-License-Identifier: MIT
 * decode.c: takes records off a chunk; one function per tag. */
#include "heapdump/decode.h"

#include <string.h>

struct cursor {
    const uint8_t *at, *end;
    const char *why;              /* the first thing that was wrong          */
    uint64_t address;             /* of the last object in this chunk        */
};

static uint64_t fail(struct cursor *c, const char *why)
{
    if (c->why == NULL)
        c->why = why;
    c->at = c->end;
    return 0;
}

static uint64_t number(struct cursor *c)
{
    uint64_t v = 0;

    for (unsigned shift = 0; c->at < c->end; shift += 7) {
        uint8_t b = *c->at++;

        if (shift == 63 && b > 1)
            return fail(c, "a number is too large");
        v |= (uint64_t)(b & 0x7f) << shift;
        if (b < 0x80)
            return v;
    }
    return fail(c, "a record ends within a number");
}

static int64_t signed_number(struct cursor *c)
{
    uint64_t v = number(c);

    return (int64_t)(v >> 1 ^ (0 - (v & 1)));
}

static bool flag(struct cursor *c)
{
    uint64_t v = number(c);

    if (v > 1)
        fail(c, "a flag is neither 0 nor 1");
    return v == 1;
}

static struct lgc_heapdump_text text(struct cursor *c)
{
    struct lgc_heapdump_text t = { NULL, number(c) };

    t.at = (const char *)c->at;
    if (t.size > (size_t)(c->end - c->at)) {
        fail(c, "a text is longer than its record");
        t.size = 0;
    }
    c->at += t.size;
    return t;
}

/* Each: reads the payload, and visits when all of it was right. */
#define VISIT(c, v, name, value) \
    ((c)->why == NULL && (c)->at == (c)->end && ((v)->name == NULL || (v)->name((v)->arg, value)))

static bool process(struct cursor *c, struct lgc_heapdump_visitor *v)
{
    struct lgc_heapdump_process p;

    p.pid = number(c);
    p.check = number(c);
    p.time_ns = signed_number(c);
    p.stopped = number(c);
    p.reason = text(c);
    p.exe = text(c);
    p.version = text(c);
    return VISIT(c, v, process, &p);
}

static bool note(struct cursor *c, struct lgc_heapdump_visitor *v)
{
    struct lgc_heapdump_text t = text(c);

    return VISIT(c, v, note, t);
}

static bool module(struct cursor *c, struct lgc_heapdump_visitor *v)
{
    struct lgc_heapdump_module m;

    m.start = number(c);
    m.end = number(c);
    m.bias = number(c);
    m.unloaded = flag(c);
    m.build_id = text(c);
    m.path = text(c);
    return VISIT(c, v, module, &m);
}

static bool thread(struct cursor *c, struct lgc_heapdump_visitor *v)
{
    struct lgc_heapdump_thread t;

    t.id = number(c);
    t.tid = number(c);
    t.name = text(c);
    t.tag = text(c);
    return VISIT(c, v, thread, &t);
}

static bool frame(struct cursor *c, struct lgc_heapdump_visitor *v)
{
    struct lgc_heapdump_frame f;

    f.tid = number(c);
    f.lo = number(c);
    f.hi = number(c);
    f.pc = number(c);
    f.module = number(c);
    f.exact = flag(c);
    return VISIT(c, v, frame, &f);
}

static bool object(struct cursor *c, struct lgc_heapdump_visitor *v)
{
    struct lgc_heapdump_object o;
    uint64_t bits;

    o.address = c->address + (uint64_t)signed_number(c);
    o.size = number(c);
    bits = number(c);
    o.kind = bits & 3;
    o.flags = (unsigned)(bits >> 2);
    o.site = number(c);
    o.thread = number(c);
    o.time_ns = signed_number(c);
    c->address = o.address;
    if (bits >> 2 > LGC_HEAPDUMP_INTERNAL)
        fail(c, "an object has unknown flags");
    if (o.address + o.size < o.address)
        fail(c, "an object ends behind the end of memory");
    return VISIT(c, v, object, &o);
}

static bool edges(struct cursor *c, struct lgc_heapdump_visitor *v)
{
    struct lgc_heapdump_edge e;

    e.source = e.target = c->address + (uint64_t)signed_number(c);
    c->address = e.source;
    do {
        e.offset = number(c);
        e.target += (uint64_t)signed_number(c);
        e.inside = number(c);
        if (c->why != NULL || (v->edge != NULL && !v->edge(v->arg, &e)))
            return false;
    } while (c->at < c->end);
    return true;
}

static bool root(struct cursor *c, struct lgc_heapdump_visitor *v)
{
    struct lgc_heapdump_root r;
    uint64_t kind = number(c);

    if (kind >= LGC_HEAPDUMP_ROOT_KINDS)
        fail(c, "a root is of an unknown kind");
    r.kind = (enum lgc_heapdump_root_kind)kind;
    r.tid = number(c);
    r.slot = number(c);
    r.target = number(c);
    r.inside = number(c);
    return VISIT(c, v, root, &r);
}

static bool site(struct cursor *c, struct lgc_heapdump_visitor *v)
{
    struct lgc_heapdump_pc pc[LGC_HEAPDUMP_FRAMES_MAX];
    struct lgc_heapdump_site s = { .frames = pc };

    s.id = number(c);
    s.nframes = number(c);
    if (s.nframes > LGC_HEAPDUMP_FRAMES_MAX)
        s.nframes = fail(c, "a site has too many frames");
    for (size_t i = 0; i < s.nframes; i++) {
        pc[i].pc = number(c);
        pc[i].module = number(c);
        uint64_t bits = number(c);
        if (bits >> 1 > UINT8_MAX)
            bits = fail(c, "a round of a recursion has too many calls");
        pc[i].exact = (bits & 1) != 0;
        pc[i].folded = (uint8_t)(bits >> 1);
    }
    return VISIT(c, v, site, &s);
}

static bool string(struct cursor *c, struct lgc_heapdump_visitor *v)
{
    struct lgc_heapdump_text t = text(c);

    return VISIT(c, v, string, t);
}

static bool source(struct cursor *c, struct lgc_heapdump_visitor *v)
{
    struct lgc_heapdump_source s;
    uint64_t bits;

    s.pc = number(c);
    s.module = number(c);
    bits = number(c);
    s.exact = (bits & 1) != 0;
    s.inlined = (bits & 2) != 0;
    s.function = number(c);
    s.file = number(c);
    s.line = number(c);
    s.column = number(c);
    if (bits > 3)
        fail(c, "a source has unknown flags");
    return VISIT(c, v, source, &s);
}

static bool variable(struct cursor *c, struct lgc_heapdump_visitor *v)
{
    struct lgc_heapdump_variable x;

    x.start = number(c);
    x.size = number(c);
    x.name = number(c);
    return VISIT(c, v, variable, &x);
}

static bool end(struct cursor *c, struct lgc_heapdump_visitor *v)
{
    struct lgc_heapdump_totals t;

    t.objects = number(c);
    t.edges = number(c);
    t.roots = number(c);
    t.sites = number(c);
    t.modules = number(c);
    t.strings = number(c);
    return VISIT(c, v, end, &t);
}

typedef bool record_fn(struct cursor *c, struct lgc_heapdump_visitor *v);
static record_fn *const records[LGC_HEAPDUMP_TAGS] = {
    [LGC_HEAPDUMP_PROCESS] = process,   [LGC_HEAPDUMP_NOTE] = note,
    [LGC_HEAPDUMP_MODULE] = module,     [LGC_HEAPDUMP_THREAD] = thread,
    [LGC_HEAPDUMP_FRAME] = frame,       [LGC_HEAPDUMP_OBJECT] = object,
    [LGC_HEAPDUMP_EDGES] = edges,       [LGC_HEAPDUMP_ROOT] = root,
    [LGC_HEAPDUMP_SITE] = site,         [LGC_HEAPDUMP_STRING] = string,
    [LGC_HEAPDUMP_SOURCE] = source,     [LGC_HEAPDUMP_VARIABLE] = variable,
    [LGC_HEAPDUMP_END] = end,
};

/* What the record's function said is wrong; else the visitor's reason. */
static bool one(struct cursor *c, struct lgc_heapdump_visitor *v, unsigned tag)
{
    v->why = NULL;
    if (records[tag](c, v))
        return true;
    if (c->why != NULL)
        v->why = c->why;
    else if (v->why == NULL)
        v->why = "a record is longer than its contents";
    return false;
}

bool lgc_heapdump_decode(const uint8_t *raw, size_t size, struct lgc_heapdump_visitor *v,
                         size_t *at, enum lgc_heapdump_tag *last)
{
    struct cursor c = { raw, raw + size, NULL, 0 };

    while (c.at < raw + size) {
        uint64_t length;
        unsigned tag = *c.at;

        *at = (size_t)(c.at++ - raw);
        c.end = raw + size;
        length = number(&c);
        v->why = c.why;
        if (c.why == NULL && length > (size_t)(c.end - c.at))
            v->why = "a record is longer than its chunk";
        else if (tag >= LGC_HEAPDUMP_TAGS || records[tag] == NULL)
            v->why = "a record is of an unknown kind";
        if (v->why != NULL)
            return false;
        c.end = c.at + length;
        if (!one(&c, v, tag))
            return false;
        *last = (enum lgc_heapdump_tag)tag;
    }
    return true;
}
