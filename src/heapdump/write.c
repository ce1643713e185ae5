/* SPDX-License-Identifier: MIT
 * write.c: one function per record; each is built where it will stay. */
#include "heapdump/write.h"

#include <string.h>

/* No record but one of texts or frames is longer. */
enum { RECORD_MAX = 40 << 10, EDGE_MAX = 30, LENGTH = 3 };

void lgc_heapdump_begin(struct lgc_heapdump *w,
                        bool (*chunk)(void *arg, const uint8_t *raw, size_t size), void *arg)
{
    w->chunk = chunk;
    w->arg = arg;
    w->failed = false;
    w->address = w->target = 0;
    memset(&w->totals, 0, sizeof w->totals);
    w->edges_at = w->nedges = w->used = 0;
}

static void put(struct lgc_heapdump *w, uint64_t v)
{
    while (v >= 0x80) {
        w->raw[w->used++] = (uint8_t)(v | 0x80);
        v >>= 7;
    }
    w->raw[w->used++] = (uint8_t)v;
}

/* Small numbers of either sign are short. */
static void put_signed(struct lgc_heapdump *w, int64_t v)
{
    put(w, (uint64_t)v << 1 ^ (uint64_t)(v < 0 ? -1 : 0));
}

static void put_text(struct lgc_heapdump *w, struct lgc_heapdump_text text)
{
    size_t n = text.size < LGC_HEAPDUMP_TEXT_MAX / 4 ? text.size : LGC_HEAPDUMP_TEXT_MAX / 4;

    put(w, n);
    if (n > 0)
        memcpy(w->raw + w->used, text.at, n);
    w->used += n;
}

/* The length is filled in at the end, always in three bytes: a varint may have
 * zeros at its top. */
static size_t open_record(struct lgc_heapdump *w, enum lgc_heapdump_tag tag)
{
    w->raw[w->used++] = (uint8_t)tag;
    w->used += LENGTH;
    return w->used;
}

static void close_record(struct lgc_heapdump *w, size_t at)
{
    size_t n = w->used - at;

    w->raw[at - 3] = (uint8_t)(n & 0x7f) | 0x80;
    w->raw[at - 2] = (uint8_t)(n >> 7 & 0x7f) | 0x80;
    w->raw[at - 1] = (uint8_t)(n >> 14);
}

static void close_edges(struct lgc_heapdump *w)
{
    if (w->nedges > 0)
        close_record(w, w->edges_at);
    w->nedges = 0;
}

static void give(struct lgc_heapdump *w)
{
    if (w->used > 0 && !w->failed)
        w->failed = !w->chunk(w->arg, w->raw, w->used);
    w->used = 0;
    w->address = 0;
}

/* Room for a record of at most `size` bytes. */
static size_t begin(struct lgc_heapdump *w, enum lgc_heapdump_tag tag, size_t size)
{
    close_edges(w);
    if (w->used + size > sizeof w->raw)
        give(w);
    return open_record(w, tag);
}

struct lgc_heapdump_text lgc_heapdump_text(const char *s)
{
    return (struct lgc_heapdump_text){ s, s != NULL ? strlen(s) : 0 };
}

void lgc_heapdump_process(struct lgc_heapdump *w, const struct lgc_heapdump_process *p)
{
    size_t at = begin(w, LGC_HEAPDUMP_PROCESS, RECORD_MAX);

    put(w, p->pid);
    put(w, p->check);
    put_signed(w, p->time_ns);
    put(w, p->stopped);
    put_text(w, p->reason);
    put_text(w, p->exe);
    put_text(w, p->version);
    close_record(w, at);
}

void lgc_heapdump_note(struct lgc_heapdump *w, const char *text)
{
    size_t at = begin(w, LGC_HEAPDUMP_NOTE, RECORD_MAX);

    put_text(w, lgc_heapdump_text(text));
    close_record(w, at);
}

void lgc_heapdump_module(struct lgc_heapdump *w, const struct lgc_heapdump_module *m)
{
    size_t at = begin(w, LGC_HEAPDUMP_MODULE, RECORD_MAX);

    put(w, m->start);
    put(w, m->end);
    put(w, m->bias);
    put(w, m->unloaded);
    put_text(w, m->build_id);
    put_text(w, m->path);
    close_record(w, at);
    w->totals.modules++;
}

void lgc_heapdump_thread(struct lgc_heapdump *w, const struct lgc_heapdump_thread *t)
{
    size_t at = begin(w, LGC_HEAPDUMP_THREAD, RECORD_MAX);

    put(w, t->id);
    put(w, t->tid);
    put_text(w, t->name);
    put_text(w, t->tag);
    close_record(w, at);
}

void lgc_heapdump_frame(struct lgc_heapdump *w, const struct lgc_heapdump_frame *f)
{
    size_t at = begin(w, LGC_HEAPDUMP_FRAME, 100);

    put(w, f->tid);
    put(w, f->lo);
    put(w, f->hi);
    put(w, f->pc);
    put(w, f->module);
    put(w, f->exact);
    close_record(w, at);
}

void lgc_heapdump_object(struct lgc_heapdump *w, const struct lgc_heapdump_object *o)
{
    size_t at = begin(w, LGC_HEAPDUMP_OBJECT, 100);

    put_signed(w, (int64_t)(o->address - w->address));
    put(w, o->size);
    put(w, o->kind | o->flags << 2);
    put(w, o->site);
    put(w, o->thread);
    put_signed(w, o->time_ns);
    close_record(w, at);
    w->address = o->address;
    w->totals.objects++;
}

/*  source (signed, from the last object), then for each edge until the end:
 *  offset  target (signed, from the one before; the first from the source)
 *  inside */
void lgc_heapdump_edge(struct lgc_heapdump *w, const struct lgc_heapdump_edge *e)
{
    bool full = w->nedges == LGC_HEAPDUMP_EDGES_MAX || w->used + EDGE_MAX > sizeof w->raw;

    if (w->nedges == 0 || full || e->source != w->address) {
        w->edges_at = begin(w, LGC_HEAPDUMP_EDGES, 2 * EDGE_MAX);
        put_signed(w, (int64_t)(e->source - w->address));
        w->address = w->target = e->source;
    }
    w->nedges++;
    put(w, e->offset);
    put_signed(w, (int64_t)(e->target - w->target));
    put(w, e->inside);
    w->target = e->target;
    w->totals.edges++;
}

void lgc_heapdump_root(struct lgc_heapdump *w, const struct lgc_heapdump_root *r)
{
    size_t at = begin(w, LGC_HEAPDUMP_ROOT, 100);

    put(w, r->kind);
    put(w, r->tid);
    put(w, r->slot);
    put(w, r->target);
    put(w, r->inside);
    close_record(w, at);
    w->totals.roots++;
}

void lgc_heapdump_site(struct lgc_heapdump *w, const struct lgc_heapdump_site *s)
{
    size_t n = s->nframes < LGC_HEAPDUMP_FRAMES_MAX ? s->nframes : LGC_HEAPDUMP_FRAMES_MAX;
    size_t at = begin(w, LGC_HEAPDUMP_SITE, RECORD_MAX);

    put(w, s->id);
    put(w, n);
    for (size_t i = 0; i < n; i++) {
        put(w, s->frames[i].pc);
        put(w, s->frames[i].module);
        put(w, (uint64_t)s->frames[i].exact | (uint64_t)s->frames[i].folded << 1);
    }
    close_record(w, at);
    w->totals.sites++;
}

void lgc_heapdump_string(struct lgc_heapdump *w, struct lgc_heapdump_text text)
{
    size_t at = begin(w, LGC_HEAPDUMP_STRING, RECORD_MAX);

    put_text(w, text);
    close_record(w, at);
    w->totals.strings++;
}

void lgc_heapdump_source(struct lgc_heapdump *w, const struct lgc_heapdump_source *s)
{
    size_t at = begin(w, LGC_HEAPDUMP_SOURCE, 100);

    put(w, s->pc);
    put(w, s->module);
    put(w, (uint64_t)s->exact | (uint64_t)s->inlined << 1);
    put(w, s->function);
    put(w, s->file);
    put(w, s->line);
    put(w, s->column);
    close_record(w, at);
}

void lgc_heapdump_variable(struct lgc_heapdump *w, const struct lgc_heapdump_variable *v)
{
    size_t at = begin(w, LGC_HEAPDUMP_VARIABLE, 100);

    put(w, v->start);
    put(w, v->size);
    put(w, v->name);
    close_record(w, at);
}

void lgc_heapdump_flush(struct lgc_heapdump *w)
{
    close_edges(w);
    give(w);
}

bool lgc_heapdump_end(struct lgc_heapdump *w)
{
    const struct lgc_heapdump_totals *t = &w->totals;
    size_t at;

    lgc_heapdump_flush(w);
    at = begin(w, LGC_HEAPDUMP_END, 100);
    put(w, t->objects);
    put(w, t->edges);
    put(w, t->roots);
    put(w, t->sites);
    put(w, t->modules);
    put(w, t->strings);
    close_record(w, at);
    give(w);
    return !w->failed;
}
