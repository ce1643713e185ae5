/* SPDX-License-Identifier: MIT
 * json.c: the report as one JSON object. */
#include <leaksgc.h>

#include "base/address.h"
#include "report/format.h"

static void put_text(struct lgc_out *out, const char *key, const char *text)
{
    lgc_out_f(out, ",\"%s\":", key);
    lgc_out_json(out, text);
}

static void put_number(struct lgc_out *out, const char *key, uint64_t v)
{
    lgc_out_f(out, ",\"%s\":%llu", key, (unsigned long long)v);
}

static void put_bool(struct lgc_out *out, const char *key, bool v)
{
    lgc_out_f(out, ",\"%s\":%s", key, v ? "true" : "false");
}

/* A number that is null where 0 means "not known". */
static void put_known(struct lgc_out *out, const char *key, uint64_t v)
{
    if (v == 0)
        lgc_out_f(out, ",\"%s\":null", key);
    else
        put_number(out, key, v);
}

/* A string: many readers keep numbers as doubles, which lose address bits. */
static void put_hex(struct lgc_out *out, const char *key, uint64_t v)
{
    lgc_out_f(out, ",\"%s\":\"", key);
    lgc_out_hex(out, v);
    lgc_out_char(out, '"');
}

/* null if addresses are not to be shown. */
static void put_address(struct lgc_out *out, const char *key, uint64_t address)
{
    uint64_t shown;
    if (lgc_address_shown(address, &shown))
        put_hex(out, key, shown);
    else
        lgc_out_f(out, ",\"%s\":null", key);
}

static void put_time(struct lgc_out *out, const char *key, int64_t ns)
{
    lgc_out_f(out, ",\"%s\":", key);
    if (ns == 0) {
        lgc_out_str(out, "null");
        return;
    }
    lgc_out_char(out, '"');
    lgc_format_time(out, ns);
    lgc_out_char(out, '"');
}

/* Between two elements of an array. */
static void put_comma(struct lgc_out *out, bool *first)
{
    if (!*first)
        lgc_out_char(out, ',');
    *first = false;
}

static void put_amount(struct lgc_out *out, const char *key, struct lgc_amount a)
{
    lgc_out_f(out, "\"%s\":{\"bytes\":%llu,\"objects\":%llu}", key,
              (unsigned long long)a.bytes, (unsigned long long)a.objects);
}

static void put_source(struct lgc_out *out, const struct lgc_source *s,
                       const struct lgc_module *m, uint64_t pc, unsigned folded)
{
    lgc_out_str(out, "{\"function\":");
    lgc_out_json(out, s->function);
    put_text(out, "file", s->file);
    put_known(out, "line", s->line);
    put_known(out, "column", s->column);
    put_text(out, "module", m != NULL ? m->path : NULL);
    if (m != NULL)
        put_hex(out, "offset", pc - m->bias);
    else
        lgc_out_str(out, ",\"offset\":null");
    put_address(out, "pc", pc);
    put_bool(out, "inlined", s->inlined);
    if (m != NULL && m->unloaded)
        put_bool(out, "unloaded", true);
    if (folded != 0)
        lgc_out_f(out, ",\"folded\":%u", folded);
    lgc_out_char(out, '}');
}

static void put_frames(const struct lgc_format_job *job, const struct lgc_group *g)
{
    static const struct lgc_source nothing;
    bool first = true;
    lgc_out_str(job->out, ",\"frames\":[");
    for (uint32_t i = 0; i < g->nframes; i++) {
        struct lgc_source sources[LGC_REPORT_MAX_INLINED];
        const struct lgc_frame *frame = &g->frames[i];
        const struct lgc_module *m = lgc_format_module(job->finding, frame);
        size_t n = lgc_format_sources(job, frame, sources);
        for (size_t k = 0; k < n || k == 0; k++) {
            put_comma(job->out, &first);
            put_source(job->out, k < n ? &sources[k] : &nothing, m, frame->pc,
                       k + 1 >= n ? frame->folded : 0);
        }
    }
    lgc_out_char(job->out, ']');
}

static void put_threads(const struct lgc_format_job *job, const struct lgc_group *g)
{
    bool first = true;
    lgc_out_str(job->out, ",\"threads\":[");
    for (uint32_t i = 0; i < g->nthreads; i++) {
        const struct lgc_thread_info *t = lgc_format_thread(job->finding, g->threads[i]);
        put_comma(job->out, &first);
        lgc_out_f(job->out, "{\"id\":%u", g->threads[i]);
        put_known(job->out, "tid", t != NULL ? t->tid : 0);
        put_text(job->out, "name", t != NULL ? t->name : NULL);
        put_text(job->out, "tag", t != NULL ? t->tag : NULL);
        lgc_out_char(job->out, '}');
    }
    lgc_out_char(job->out, ']');
}

static void put_growth(struct lgc_out *out, const struct lgc_group *g)
{
    if (g->growth_checks == 0)
        lgc_out_str(out, ",\"growth\":null");
    else
        lgc_out_f(out, ",\"growth\":{\"bytes_per_hour\":%lld,\"checks\":%u}",
                  (long long)g->growth_bytes, g->growth_checks);
}

static void put_group(const struct lgc_format_job *job, const struct lgc_group *g)
{
    struct lgc_out *out = job->out;
    char fingerprint[17];
    lgc_report_fingerprint(job->finding, g, job->symbolizer, fingerprint);
    lgc_out_f(out, "\n{\"kind\":\"%s\"", lgc_format_kind(g->kind));
    put_number(out, "bytes", g->amount.bytes);
    put_number(out, "objects", g->amount.objects);
    lgc_out_char(out, ',');
    put_amount(out, "held", g->held);
    put_text(out, "fingerprint", fingerprint);
    if (job->style->suggest != LGC_SUGGEST_NO) {
        lgc_out_str(out, ",\"suppression\":\"");
        lgc_format_suggest(job, g, lgc_out_json_part);
        lgc_out_char(out, '"');
    }
    put_frames(job, g);
    put_threads(job, g);
    put_time(out, "first_time", g->first_time_ns);
    put_time(out, "last_time", g->last_time_ns);
    put_number(out, "last_reachable_check", g->last_reachable_check);
    put_number(out, "found_check", g->found_check);
    lgc_out_char(out, ',');
    put_amount(out, "new", g->fresh);
    put_growth(out, g);
    lgc_out_char(out, '}');
}

static const char *const section_names[LGC_SECTION_COUNT] = {
    [LGC_SECTION_LOSS]      = "leaks",
    [LGC_SECTION_SUSPECT]   = "suspects",
    [LGC_SECTION_THREAD]    = "unjoined_threads",
    [LGC_SECTION_RECLAIMED] = "reclaimed",
    [LGC_SECTION_FALSE]     = "false_leaks",
};

static void put_groups(const struct lgc_format_job *job, enum lgc_section section)
{
    const struct lgc_finding *f = job->finding;
    bool first = true;
    lgc_out_f(job->out, ",\n\"%s\":[", section_names[section]);
    for (size_t i = lgc_format_next(job, section, 0); i < f->ngroups && !job->out->failed;
         i = lgc_format_next(job, section, i + 1)) {
        put_comma(job->out, &first);
        put_group(job, &f->groups[i]);
    }
    lgc_out_char(job->out, ']');
}

/* Every kind, listed or not; what is suppressed is taken off the listed ones. */
static void put_summary(const struct lgc_format_job *job)
{
    const struct lgc_finding *f = job->finding;
    struct lgc_amount total[LGC_KIND_COUNT], suppressed = { 0, 0 };
    for (unsigned kind = 0; kind < LGC_KIND_COUNT; kind++)
        total[kind] = f->total[kind];
    for (size_t i = 0; i < f->ngroups; i++) {
        const struct lgc_group *g = &f->groups[i];
        if (g->section != LGC_SECTION_LOSS || !lgc_format_hidden(job, g))
            continue;
        struct lgc_amount *t = &total[g->kind];
        suppressed.bytes += g->amount.bytes;
        suppressed.objects += g->amount.objects;
        t->bytes -= g->amount.bytes < t->bytes ? g->amount.bytes : t->bytes;
        t->objects -= g->amount.objects < t->objects ? g->amount.objects : t->objects;
    }
    lgc_out_str(job->out, ",\n\"summary\":{");
    for (unsigned kind = 0; kind < LGC_KIND_COUNT; kind++) {
        put_amount(job->out, lgc_format_kind((enum lgc_kind)kind), total[kind]);
        lgc_out_char(job->out, ',');
    }
    put_amount(job->out, "suppressed", suppressed);
    lgc_out_char(job->out, ',');
    put_amount(job->out, "new", f->fresh);
    lgc_out_char(job->out, '}');
}

static void put_suppressions(const struct lgc_format_job *job)
{
    struct lgc_format_used used;
    bool first = true;
    lgc_out_str(job->out, ",\n\"suppressions\":[");
    for (size_t position = 0; lgc_format_next_used(job, &position, &used); ) {
        put_comma(job->out, &first);
        lgc_out_str(job->out, "{\"pattern\":");
        lgc_out_json(job->out, used.pattern);
        put_number(job->out, "bytes", used.amount.bytes);
        put_number(job->out, "objects", used.amount.objects);
        lgc_out_char(job->out, '}');
    }
    lgc_out_char(job->out, ']');
}

static void put_notes(const struct lgc_format_job *job)
{
    bool first = true;
    lgc_out_str(job->out, ",\n\"notes\":[");
    for (size_t i = 0; i < job->finding->nnotes; i++) {
        put_comma(job->out, &first);
        lgc_out_json(job->out, job->finding->notes[i]);
    }
    lgc_out_char(job->out, ']');
}

void lgc_json_report(const struct lgc_format_job *job)
{
    const struct lgc_finding *f = job->finding;
    struct lgc_out *out = job->out;
    lgc_out_str(out, "{\"tool\":\"leaksgc\"");
    put_text(out, "version", LEAKSGC_VERSION);
    put_number(out, "pid", f->pid);
    put_number(out, "check", f->check);
    put_time(out, "time", f->time_ns);
    put_text(out, "reason", f->reason);
    put_text(out, "exe", f->exe);
    put_number(out, "pause_ns", f->pause_ns);
    put_number(out, "duration_ns", f->duration_ns);
    put_number(out, "stopped_threads", f->stopped_threads);
    put_text(out, "way", f->way);
    put_text(out, "way_reason", f->way_reason);
    put_number(out, "snapshot_bytes", f->snapshot_bytes);
    put_bool(out, "only_new", f->only_new);
    lgc_out_char(out, ',');
    put_amount(out, "live", f->live);
    put_summary(job);
    for (unsigned s = 0; s < LGC_SECTION_COUNT; s++)
        put_groups(job, (enum lgc_section)s);
    put_suppressions(job);
    put_notes(job);
    lgc_out_str(out, "}\n");
}
