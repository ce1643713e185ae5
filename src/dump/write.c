/* SPDX-License-Identifier: MIT
 * write.c: a finding -> a finding stream, one function per record. */
#include "dump/write.h"

#include "dump/field.h"
#include "dump/format.h"

static void put_text(struct lgc_out *out, const char *text)
{
    lgc_out_char(out, ' ');
    lgc_field_put(out, text);
}

static void put_number(struct lgc_out *out, uint64_t v)
{
    lgc_out_char(out, ' ');
    lgc_out_u64(out, v);
}

static void put_process(struct lgc_out *out, const struct lgc_finding *f)
{
    lgc_out_f(out, LGC_FORMAT_MAGIC " %d\n", LGC_FORMAT_VERSION);
    lgc_out_f(out, LGC_TAG_PROCESS " %u %u %lld", f->pid, f->check, (long long)f->time_ns);
    put_text(out, f->reason);
    put_text(out, f->exe);
    lgc_out_str(out, "\n" LGC_TAG_PAUSE);
    put_number(out, f->pause_ns);
    put_number(out, f->duration_ns);
    put_number(out, f->stopped_threads);
    lgc_out_str(out, "\n" LGC_TAG_LIVE);
    put_number(out, f->live.bytes);
    put_number(out, f->live.objects);
    lgc_out_char(out, '\n');
    for (unsigned kind = 0; kind < LGC_KIND_COUNT; kind++) {
        lgc_out_f(out, LGC_TAG_TOTAL " %u", kind);
        put_number(out, f->total[kind].bytes);
        put_number(out, f->total[kind].objects);
        lgc_out_char(out, '\n');
    }
}

static void put_way(struct lgc_out *out, const struct lgc_finding *f)
{
    lgc_out_str(out, LGC_TAG_WAY);
    put_text(out, f->way);
    put_text(out, f->way_reason);
    put_number(out, f->snapshot_bytes);
    lgc_out_f(out, "\n" LGC_TAG_NEWS " %d", f->only_new);
    put_number(out, f->fresh.bytes);
    put_number(out, f->fresh.objects);
    lgc_out_char(out, '\n');
    if (f->encode)
        lgc_out_str(out, LGC_TAG_ENCODE " 1\n");
}

static void put_lines(struct lgc_out *out, const char *tag, const char *const *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        lgc_out_str(out, tag);
        put_text(out, lines[i]);
        lgc_out_char(out, '\n');
    }
}

static void put_module(struct lgc_out *out, const struct lgc_module *m)
{
    lgc_out_f(out, LGC_TAG_MODULE " %llx %llx %llx", (unsigned long long)m->start,
              (unsigned long long)m->end, (unsigned long long)m->bias);
    put_text(out, m->build_id);
    put_text(out, m->path);
    lgc_out_str(out, m->unloaded ? " 1\n" : " 0\n");
}

static void put_thread(struct lgc_out *out, const struct lgc_thread_info *t)
{
    lgc_out_f(out, LGC_TAG_THREAD " %u %u", t->id, t->tid);
    put_text(out, t->name);
    put_text(out, t->tag);
    lgc_out_char(out, '\n');
}

static void put_frame(struct lgc_out *out, const struct lgc_frame *frame)
{
    lgc_out_f(out, LGC_TAG_FRAME " %c %llx ", frame->exact ? 'x' : 'r',
              (unsigned long long)frame->pc);
    if (frame->module == LGC_NO_MODULE)
        lgc_out_char(out, '-');
    else
        lgc_out_u64(out, frame->module);
    if (frame->folded != 0)
        lgc_out_f(out, " %u", frame->folded);
    lgc_out_char(out, '\n');
}

static void put_more(struct lgc_out *out, const struct lgc_group *g)
{
    if (g->section == LGC_SECTION_LOSS && g->fresh.objects == 0 && g->growth_checks == 0)
        return;
    lgc_out_f(out, LGC_TAG_MORE " %u", (unsigned)g->section);
    put_number(out, g->fresh.bytes);
    put_number(out, g->fresh.objects);
    lgc_out_f(out, " %u %lld\n", g->growth_checks, (long long)g->growth_bytes);
}

static void put_hangs(struct lgc_out *out, const struct lgc_group *g)
{
    if (g->number != 0)
        lgc_out_f(out, LGC_TAG_NUMBER " %u\n", g->number);
    for (uint32_t i = 0; i < g->nhangs; i++)
        lgc_out_f(out, LGC_TAG_HANGS " %u %llu %llu\n", g->hangs[i].number,
                  (unsigned long long)g->hangs[i].amount.bytes,
                  (unsigned long long)g->hangs[i].amount.objects);
}

static void put_group(struct lgc_out *out, const struct lgc_group *g)
{
    lgc_out_f(out, LGC_TAG_GROUP " %u", (unsigned)g->kind);
    put_number(out, g->amount.bytes);
    put_number(out, g->amount.objects);
    put_number(out, g->held.bytes);
    put_number(out, g->held.objects);
    lgc_out_f(out, " %lld %lld %u %u %u", (long long)g->first_time_ns,
              (long long)g->last_time_ns, g->last_reachable_check, g->found_check, g->nthreads);
    for (uint32_t i = 0; i < g->nthreads; i++)
        put_number(out, g->threads[i]);
    lgc_out_char(out, '\n');
    put_more(out, g);
    put_hangs(out, g);
    for (uint32_t i = 0; i < g->nframes; i++)
        put_frame(out, &g->frames[i]);
}

bool lgc_dump_write(struct lgc_out *out, const struct lgc_finding *finding)
{
    put_process(out, finding);
    put_way(out, finding);
    put_lines(out, LGC_TAG_NOTE, finding->notes, finding->nnotes);
    put_lines(out, LGC_TAG_SUPPRESS, finding->suppressions, finding->nsuppressions);
    for (size_t i = 0; i < finding->nmodules; i++)
        put_module(out, &finding->modules[i]);
    for (size_t i = 0; i < finding->nthreads; i++)
        put_thread(out, &finding->threads[i]);
    for (size_t i = 0; i < finding->ngroups && !out->failed; i++)
        put_group(out, &finding->groups[i]);
    lgc_out_f(out, LGC_TAG_END " %zu\n", finding->ngroups);
    return lgc_out_flush(out);
}
