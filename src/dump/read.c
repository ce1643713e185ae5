/* SPDX-License-Identifier: MIT
 * read.c: a finding stream -> a finding, for any input, however hostile.
 *
 * Memory grows with the bytes that were read, never with a number that the
 * input claims.  Pointers between the arrays are set at the end, when the
 * arrays no longer move; until then a group holds counts only.
 */
#include "dump/read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "dump/format.h"
#include "dump/line.h"

struct text { struct text *next; char bytes[]; };

/* What lgc_dump_read returns is the first member of one of these. */
struct owned {
    struct lgc_finding finding;
    const char **notes, **suppressions;
    struct lgc_module *modules;
    struct lgc_thread_info *threads;
    struct lgc_frame *frames;      /* of all groups, one after the other */
    uint32_t *ids;                 /* the same for their threads         */
    struct lgc_hang *hangs;        /* and for what they hang on          */
    struct lgc_group *groups;      /* as read: the finding may be given others */
    size_t nframes, nids, nhangs;
    struct text *texts;
};

struct reader {
    struct owned *owned;
    struct lgc_line line;
    unsigned rank;                 /* of the record before                  */
};

static bool fail(struct reader *r, const char *why)
{
    return lgc_line_fail(&r->line, why);
}

/* The array with room for one more than n elements, or NULL.  The capacity is
 * the next power of two of n. */
static void *grow(struct reader *r, void *array, size_t n, size_t element)
{
    if (n != 0 && (n & (n - 1)) != 0)
        return array;
    void *bigger = reallocarray(array, n == 0 ? 1 : 2 * n, element);
    if (bigger == NULL)
        fail(r, "out of memory");
    return bigger;
}

/* The text is copied: the line it stands in is overwritten by the next. */
static bool take_text(struct reader *r, const char **text)
{
    if (!lgc_line_text(&r->line, text))
        return false;
    if (*text == NULL)
        return true;
    size_t size = strlen(*text) + 1;
    struct text *copy = malloc(sizeof *copy + size);
    if (copy == NULL)
        return fail(r, "out of memory");
    memcpy(copy->bytes, *text, size);
    copy->next = r->owned->texts;
    r->owned->texts = copy;
    *text = copy->bytes;
    return true;
}

static bool read_process(struct reader *r)
{
    struct lgc_finding *f = &r->owned->finding;
    return lgc_line_u32(&r->line, &f->pid) && lgc_line_u32(&r->line, &f->check)
        && lgc_line_i64(&r->line, &f->time_ns) && take_text(r, &f->reason) && take_text(r, &f->exe);
}

static bool read_pause(struct reader *r)
{
    struct lgc_finding *f = &r->owned->finding;
    return lgc_line_u64(&r->line, &f->pause_ns) && lgc_line_u64(&r->line, &f->duration_ns)
        && lgc_line_u32(&r->line, &f->stopped_threads);
}

static bool read_live(struct reader *r)
{
    return lgc_line_amount(&r->line, &r->owned->finding.live);
}

static bool read_total(struct reader *r)
{
    enum lgc_kind kind = LGC_KIND_DIRECT;
    return lgc_line_kind(&r->line, &kind) && lgc_line_amount(&r->line, &r->owned->finding.total[kind]);
}

static bool read_way(struct reader *r)
{
    struct lgc_finding *f = &r->owned->finding;
    return take_text(r, &f->way) && take_text(r, &f->way_reason)
        && lgc_line_u64(&r->line, &f->snapshot_bytes);
}

static bool read_news(struct reader *r)
{
    struct lgc_finding *f = &r->owned->finding;
    return lgc_line_bool(&r->line, &f->only_new) && lgc_line_amount(&r->line, &f->fresh);
}

static bool read_encode(struct reader *r)
{
    return lgc_line_bool(&r->line, &r->owned->finding.encode);
}

/* A note or a rule without text would be a NULL for every reader to meet. */
static bool read_line(struct reader *r, const char ***lines, size_t *n)
{
    const char *text = NULL;
    const char **bigger = grow(r, *lines, *n, sizeof *bigger);
    if (bigger == NULL)
        return false;
    *lines = bigger;
    if (!take_text(r, &text))
        return false;
    if (text == NULL)
        return fail(r, "a text is missing");
    bigger[(*n)++] = text;
    return true;
}

static bool read_note(struct reader *r)
{
    return read_line(r, &r->owned->notes, &r->owned->finding.nnotes);
}

static bool read_suppress(struct reader *r)
{
    return read_line(r, &r->owned->suppressions, &r->owned->finding.nsuppressions);
}

static bool read_module(struct reader *r)
{
    struct owned *o = r->owned;
    struct lgc_module m = { 0 };
    struct lgc_module *bigger = grow(r, o->modules, o->finding.nmodules, sizeof m);
    if (bigger == NULL)
        return false;
    o->modules = bigger;
    if (!lgc_line_hex(&r->line, &m.start) || !lgc_line_hex(&r->line, &m.end)
        || !lgc_line_hex(&r->line, &m.bias) || !take_text(r, &m.build_id)
        || !take_text(r, &m.path) || !lgc_line_bool(&r->line, &m.unloaded))
        return false;
    o->modules[o->finding.nmodules++] = m;
    return true;
}

static bool read_thread(struct reader *r)
{
    struct owned *o = r->owned;
    struct lgc_thread_info t = { 0 };
    struct lgc_thread_info *bigger = grow(r, o->threads, o->finding.nthreads, sizeof t);
    if (bigger == NULL)
        return false;
    o->threads = bigger;
    if (!lgc_line_u32(&r->line, &t.id) || !lgc_line_u32(&r->line, &t.tid)
        || !take_text(r, &t.name) || !take_text(r, &t.tag))
        return false;
    o->threads[o->finding.nthreads++] = t;
    return true;
}

static bool read_group(struct reader *r)
{
    struct owned *o = r->owned;
    struct lgc_group g = { 0 };
    struct lgc_group *bigger = grow(r, o->finding.groups, o->finding.ngroups, sizeof g);
    if (bigger == NULL)
        return false;
    o->finding.groups = bigger;
    if (!lgc_line_kind(&r->line, &g.kind)
        || !lgc_line_amount(&r->line, &g.amount) || !lgc_line_amount(&r->line, &g.held)
        || !lgc_line_i64(&r->line, &g.first_time_ns) || !lgc_line_i64(&r->line, &g.last_time_ns)
        || !lgc_line_u32(&r->line, &g.last_reachable_check) || !lgc_line_u32(&r->line, &g.found_check)
        || !lgc_line_u32(&r->line, &g.nthreads))
        return false;
    for (uint32_t i = 0; i < g.nthreads; i++) {
        uint32_t *ids = grow(r, o->ids, o->nids, sizeof *ids);
        if (ids == NULL)
            return false;
        o->ids = ids;
        if (!lgc_line_u32(&r->line, &ids[o->nids]))
            return false;
        o->nids++;
    }
    o->finding.groups[o->finding.ngroups++] = g;
    return true;
}

static bool read_more(struct reader *r)
{
    struct lgc_finding *f = &r->owned->finding;
    uint32_t section = 0;
    if (f->ngroups == 0)
        return fail(r, "more stands before any group");
    struct lgc_group *g = &f->groups[f->ngroups - 1];
    if (!lgc_line_u32(&r->line, &section))
        return false;
    if (section >= LGC_SECTION_COUNT)
        return fail(r, "there is no such section");
    g->section = (enum lgc_section)section;
    return lgc_line_amount(&r->line, &g->fresh) && lgc_line_u32(&r->line, &g->growth_checks)
        && lgc_line_i64(&r->line, &g->growth_bytes);
}

static bool read_number(struct reader *r)
{
    struct lgc_finding *f = &r->owned->finding;
    if (f->ngroups == 0)
        return fail(r, "a number stands before any group");
    return lgc_line_u32(&r->line, &f->groups[f->ngroups - 1].number);
}

static bool read_hangs(struct reader *r)
{
    struct owned *o = r->owned;
    if (o->finding.ngroups == 0)
        return fail(r, "a group that hangs on another stands before any group");
    struct lgc_hang *bigger = grow(r, o->hangs, o->nhangs, sizeof *bigger);
    if (bigger == NULL)
        return false;
    o->hangs = bigger;
    struct lgc_hang *hang = &bigger[o->nhangs];
    if (!lgc_line_u32(&r->line, &hang->number) || !lgc_line_amount(&r->line, &hang->amount))
        return false;
    o->nhangs++;
    o->finding.groups[o->finding.ngroups - 1].nhangs++;
    return true;
}

static bool read_frame(struct reader *r)
{
    struct owned *o = r->owned;
    struct lgc_frame frame = { .module = LGC_NO_MODULE };
    if (o->finding.ngroups == 0)
        return fail(r, "a frame stands before any group");
    const char *type = lgc_line_field(&r->line);
    if (type == NULL || !lgc_line_hex(&r->line, &frame.pc))
        return false;
    if (strcmp(type, "r") != 0 && strcmp(type, "x") != 0)
        return fail(r, "a frame is neither r nor x");
    frame.exact = *type == 'x';
    if (r->line.rest != NULL && r->line.rest[0] == '-' && strchr(" ", r->line.rest[1]) != NULL)
        lgc_line_field(&r->line);
    else if (!lgc_line_u32(&r->line, &frame.module))
        return false;
    else if (frame.module >= o->finding.nmodules)
        return fail(r, "a frame names a module that is not there");
    uint32_t folded = 0;
    if (r->line.rest != NULL && !lgc_line_u32(&r->line, &folded))
        return false;
    if (folded > UINT8_MAX)
        return fail(r, "a frame ends a round of too many calls");
    frame.folded = (uint8_t)folded;
    struct lgc_frame *bigger = grow(r, o->frames, o->nframes, sizeof frame);
    if (bigger == NULL)
        return false;
    o->frames = bigger;
    bigger[o->nframes++] = frame;
    o->finding.groups[o->finding.ngroups - 1].nframes++;
    return true;
}

static bool read_end(struct reader *r)
{
    uint64_t groups = 0;
    if (!lgc_line_u64(&r->line, &groups))
        return false;
    return groups == r->owned->finding.ngroups || fail(r, "groups are missing");
}

/* In the order of the stream.  The records up to RANK_SINGLE come exactly
 * once each; those of one rank may come in any order and number. */
enum { RANK_SINGLE = 3, RANK_END = 10 };
static const struct {
    const char *tag;
    unsigned rank;
    bool (*read)(struct reader *);
} records[] = {
    { LGC_TAG_PROCESS,  1, read_process },
    { LGC_TAG_PAUSE,    2, read_pause },
    { LGC_TAG_LIVE,     RANK_SINGLE, read_live },
    { LGC_TAG_TOTAL,    4, read_total },
    { LGC_TAG_WAY,      4, read_way },
    { LGC_TAG_NEWS,     4, read_news },
    { LGC_TAG_ENCODE,   4, read_encode },
    { LGC_TAG_NOTE,     5, read_note },
    { LGC_TAG_SUPPRESS, 6, read_suppress },
    { LGC_TAG_MODULE,   7, read_module },
    { LGC_TAG_THREAD,   8, read_thread },
    { LGC_TAG_GROUP,    9, read_group },
    { LGC_TAG_MORE,     9, read_more },
    { LGC_TAG_NUMBER,   9, read_number },
    { LGC_TAG_HANGS,    9, read_hangs },
    { LGC_TAG_FRAME,    9, read_frame },
    { LGC_TAG_END,      RANK_END, read_end },
};

static bool in_order(const struct reader *r, unsigned rank)
{
    if (rank <= RANK_SINGLE)
        return rank == r->rank + 1;
    return r->rank >= RANK_SINGLE && rank >= r->rank && r->rank < RANK_END;
}

static bool read_record(struct reader *r)
{
    const char *tag = lgc_line_field(&r->line);
    if (tag == NULL)
        return false;
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
        if (strcmp(tag, records[i].tag) != 0)
            continue;
        if (!in_order(r, records[i].rank))
            return fail(r, "a record stands in the wrong place");
        r->rank = records[i].rank;
        return records[i].read(r) && lgc_line_end(&r->line);
    }
    return fail(r, "an unknown record");
}

static bool read_version(struct reader *r)
{
    uint64_t version = 0;
    const char *magic = lgc_line_field(&r->line);
    if (magic == NULL || strcmp(magic, LGC_FORMAT_MAGIC) != 0) {
        r->line.why = NULL;     /* this says more than "a field is missing" */
        return fail(r, "this is no finding of leaksgc");
    }
    if (!lgc_line_u64(&r->line, &version) || !lgc_line_end(&r->line))
        return false;
    return version == LGC_FORMAT_VERSION
        || fail(r, "a finding of another version of leaksgc: read it with that version");
}

static bool read_lines(struct reader *r, FILE *in, size_t *number)
{
    char *line = NULL;
    size_t size = 0;
    bool good = true;
    ssize_t n;
    errno = 0;
    while (good && (n = getline(&line, &size, in)) > 0) {
        ++*number;
        if (line[n - 1] != '\n') {
            good = fail(r, "the finding is cut off");
            break;
        }
        line[n - 1] = '\0';
        r->line.rest = line;
        if (strlen(line) != (size_t)n - 1)
            good = fail(r, "a NUL byte");
        else
            good = *number == 1 ? read_version(r) : read_record(r);
    }
    if (good && ferror(in))
        good = fail(r, strerror(errno));
    else if (good && *number == 0)
        good = fail(r, "the finding is empty");
    else if (good && r->rank != RANK_END)
        good = fail(r, "the finding is cut off");
    free(line);
    return good;
}

static void set_pointers(struct owned *o)
{
    struct lgc_finding *f = &o->finding;
    f->notes = o->notes;
    f->suppressions = o->suppressions;
    f->modules = o->modules;
    f->threads = o->threads;
    const struct lgc_frame *frame = o->frames;
    const uint32_t *id = o->ids;
    const struct lgc_hang *hang = o->hangs;
    o->groups = f->groups;
    for (size_t i = 0; i < f->ngroups; i++) {
        f->groups[i].frames = frame;
        f->groups[i].threads = id;
        if (frame != NULL)
            frame += f->groups[i].nframes;
        if (id != NULL)
            id += f->groups[i].nthreads;
        f->groups[i].hangs = hang;
        if (hang != NULL)
            hang += f->groups[i].nhangs;
    }
}

struct lgc_finding *lgc_dump_read(FILE *in, char *error, size_t size)
{
    size_t number = 0;
    struct reader r = { .owned = calloc(1, sizeof(struct owned)) };
    if (r.owned == NULL) {
        snprintf(error, size, "out of memory");
        return NULL;
    }
    if (!read_lines(&r, in, &number)) {
        snprintf(error, size, "line %zu: %s", number, r.line.why);
        lgc_dump_free(&r.owned->finding);
        return NULL;
    }
    set_pointers(r.owned);
    return &r.owned->finding;
}

void lgc_dump_free(struct lgc_finding *finding)
{
    struct owned *o = (struct owned *)finding;
    if (o == NULL)
        return;
    while (o->texts != NULL) {
        struct text *next = o->texts->next;
        free(o->texts);
        o->texts = next;
    }
    free(o->notes);
    free(o->suppressions);
    free(o->modules);
    free(o->threads);
    free(o->frames);
    free(o->ids);
    free(o->hangs);
    free(o->groups != NULL ? o->groups : o->finding.groups);
    free(o);
}
