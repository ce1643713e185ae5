/* SPDX-License-Identifier: MIT
 * text.c: the report as text, in the shape that readers of LeakSanitizer parse. */
#include "report/format.h"

static const char *const heads[LGC_KIND_COUNT] = {
    [LGC_KIND_DIRECT]    = "Direct leak of ",
    [LGC_KIND_INDIRECT]  = "Indirect leak of ",
    [LGC_KIND_POSSIBLE]  = "Possible leak of ",
    [LGC_KIND_REACHABLE] = "Still reachable: ",
};

static void put_amount(struct lgc_out *out, struct lgc_amount a)
{
    lgc_out_f(out, "%llu byte(s) in %llu object(s)", (unsigned long long)a.bytes,
              (unsigned long long)a.objects);
}

static void put_place(struct lgc_out *out, const struct lgc_module *m, uint64_t pc)
{
    if (m == NULL) {
        lgc_out_str(out, " (<unknown module>)");
        return;
    }
    lgc_out_f(out, " (%s+0x%llx)", m->path != NULL ? m->path : "<unknown module>",
              (unsigned long long)(pc - m->bias));
    if (m->build_id != NULL)
        lgc_out_f(out, " (BuildId: %s)", m->build_id);
    if (m->unloaded)
        lgc_out_str(out, " [unloaded]");
}

static void put_source(struct lgc_out *out, const struct lgc_source *s,
                       const struct lgc_module *m, uint64_t pc)
{
    if (s->function != NULL)
        lgc_out_f(out, " in %s", s->function);
    if (s->file == NULL) {
        put_place(out, m, pc);
        return;
    }
    lgc_out_f(out, " %s", s->file);
    if (s->line > 0)
        lgc_out_f(out, ":%u", s->line);
    if (s->line > 0 && s->column > 0)
        lgc_out_f(out, ":%u", s->column);
    if (m != NULL && m->unloaded)
        lgc_out_f(out, " (%s) [unloaded]", m->path != NULL ? m->path : "<unknown module>");
}

/* One line per source: an inlined function is a frame of its own, as in LSan. */
static void put_frame(const struct lgc_format_job *job, const struct lgc_frame *frame,
                      unsigned *number)
{
    static const struct lgc_source nothing;
    struct lgc_source sources[LGC_REPORT_MAX_INLINED];
    size_t n = lgc_format_sources(job, frame, sources);
    const struct lgc_module *m = lgc_format_module(job->finding, frame);
    for (size_t i = 0; i < n || i == 0; i++) {
        lgc_out_f(job->out, "    #%u ", (*number)++);
        lgc_out_hex(job->out, frame->pc);
        put_source(job->out, i < n ? &sources[i] : &nothing, m, frame->pc);
        lgc_out_char(job->out, '\n');
    }
}

static void put_stack(const struct lgc_format_job *job, const struct lgc_group *g)
{
    unsigned number = 0;
    for (uint32_t i = 0; i < g->nframes; i++)
        put_frame(job, &g->frames[i], &number);
    if (g->nframes == 0)
        lgc_out_str(job->out, "    <empty stack>\n");
}

static void put_thread(const struct lgc_format_job *job, uint32_t id)
{
    const struct lgc_thread_info *t = lgc_format_thread(job->finding, id);
    lgc_out_u64(job->out, id);
    if (t != NULL && t->tag != NULL)
        lgc_out_f(job->out, " (%s)", t->tag);
    else if (t != NULL && t->name != NULL)
        lgc_out_f(job->out, " (%s)", t->name);
}

enum { THREADS_NAMED = 8 };

static void put_threads(const struct lgc_format_job *job, const struct lgc_group *g)
{
    if (g->nthreads == 0)
        return;
    lgc_out_str(job->out, g->nthreads == 1 ? " by thread " : " by threads ");
    for (uint32_t i = 0; i < g->nthreads && i < THREADS_NAMED; i++) {
        if (i > 0)
            lgc_out_str(job->out, ", ");
        put_thread(job, g->threads[i]);
    }
    if (g->nthreads > THREADS_NAMED)
        lgc_out_f(job->out, " and %u more", g->nthreads - THREADS_NAMED);
}

/* After the frames, indented and without '#': parsers of LSan's shape have left
 * the stack by then. */
static void put_details(const struct lgc_format_job *job, const struct lgc_group *g)
{
    struct lgc_out *out = job->out;
    if (g->first_time_ns != 0) {
        lgc_out_str(out, "    allocated ");
        lgc_format_time(out, g->first_time_ns);
        if (g->last_time_ns != g->first_time_ns) {
            lgc_out_str(out, " .. ");
            lgc_format_time(out, g->last_time_ns);
        }
        put_threads(job, g);
        lgc_out_char(out, '\n');
    }
    if (g->kind != LGC_KIND_REACHABLE && g->last_reachable_check > 0)
        lgc_out_f(out, "    reachable in check %u, lost since check %u\n",
                  g->last_reachable_check, g->found_check);
    else if (g->kind != LGC_KIND_REACHABLE && g->found_check > 1)
        lgc_out_f(out, "    lost since check %u\n", g->found_check);
}

static void put_group(const struct lgc_format_job *job, const struct lgc_group *g)
{
    struct lgc_out *out = job->out;
    lgc_out_str(out, heads[g->kind]);
    put_amount(out, g->amount);
    lgc_out_str(out, " allocated from:");
    if (g->kind == LGC_KIND_DIRECT && g->held.objects > 0)
        lgc_out_f(out, " [holds %llu byte(s) in %llu indirect object(s)]",
                  (unsigned long long)g->held.bytes, (unsigned long long)g->held.objects);
    lgc_out_char(out, '\n');
    put_stack(job, g);
    put_details(job, g);
    lgc_out_char(out, '\n');
}

static void put_padded(struct lgc_out *out, uint64_t v, unsigned width)
{
    unsigned digits = 1;
    for (uint64_t rest = v / 10; rest > 0; rest /= 10)
        digits++;
    for (; digits < width; digits++)
        lgc_out_char(out, ' ');
    lgc_out_u64(out, v);
}

static void put_suppressions(const struct lgc_format_job *job)
{
    static const char rule[] = "-----------------------------------------------------\n";
    struct lgc_format_used used;
    size_t position = 0;
    if (!job->style->print_suppressions
        || !lgc_format_next_used(job, &position, &used))
        return;
    lgc_out_f(job->out, "%sSuppressions used:\n  count      bytes template\n", rule);
    do {
        put_padded(job->out, used.amount.objects, 7);
        lgc_out_char(job->out, ' ');
        put_padded(job->out, used.amount.bytes, 10);
        lgc_out_f(job->out, " %s\n", used.pattern);
    } while (lgc_format_next_used(job, &position, &used));
    lgc_out_f(job->out, "%s\n", rule);
}

static void put_notes(const struct lgc_format_job *job)
{
    for (size_t i = 0; i < job->finding->nnotes; i++)
        lgc_out_f(job->out, "NOTE: %s\n", job->finding->notes[i]);
}

/* What is lost by the collector's word but of a kind that is not listed: the
 * line that says "no leaks" must not hide it. */
static struct lgc_amount unlisted(const struct lgc_format_job *job)
{
    struct lgc_report_style rest = { .kinds = ~job->style->kinds
        & (1u << LGC_KIND_DIRECT | 1u << LGC_KIND_INDIRECT) };
    return lgc_report_leaked(&rest, job->finding);
}

static void put_clean_line(const struct lgc_format_job *job)
{
    struct lgc_amount hidden = unlisted(job);
    lgc_out_f(job->out, "==%u== leaksgc: ", job->finding->pid);
    if (hidden.objects > 0) {
        lgc_out_str(job->out, "nothing to list: ");
        put_amount(job->out, hidden);
        lgc_out_str(job->out, " are lost, of kinds that report_kinds leaves out.\n");
    } else {
        lgc_out_str(job->out, "no leaks: ");
        put_amount(job->out, job->finding->total[LGC_KIND_REACHABLE]);
        lgc_out_str(job->out, " are still reachable.\n");
    }
}

static void put_error_line(const struct lgc_format_job *job)
{
    lgc_out_str(job->out,
        "\n=================================================================\n");
    lgc_out_f(job->out, "==%u==ERROR: leaksgc: detected memory leaks\n\n", job->finding->pid);
}

void lgc_text_report(const struct lgc_format_job *job)
{
    const struct lgc_finding *f = job->finding;
    struct lgc_amount leaked = lgc_report_leaked(job->style, f);
    size_t listed = 0;
    for (size_t i = 0; i < f->ngroups; i++)
        listed += lgc_report_lists(job->style, &f->groups[i]);
    if (listed == 0 && !job->style->say_clean)
        return;
    if (leaked.objects > 0)
        put_error_line(job);
    else
        put_clean_line(job);
    for (size_t i = 0; i < f->ngroups && !job->out->failed; i++) {
        if (lgc_report_lists(job->style, &f->groups[i]))
            put_group(job, &f->groups[i]);
    }
    put_notes(job);
    put_suppressions(job);
    if (leaked.objects > 0)
        lgc_out_f(job->out, "SUMMARY: leaksgc: %llu byte(s) leaked in %llu allocation(s).\n",
                  (unsigned long long)leaked.bytes, (unsigned long long)leaked.objects);
}

void lgc_text_stacks(const struct lgc_format_job *job)
{
    const struct lgc_finding *f = job->finding;
    for (size_t i = 0; i < f->ngroups && !job->out->failed; i++) {
        if (i < f->nnotes)
            lgc_out_f(job->out, "%s\n", f->notes[i]);
        put_stack(job, &f->groups[i]);
    }
}
