/* SPDX-License-Identifier: MIT
 * text.c: the report as text, in the shape that readers of LeakSanitizer parse. */
#include "base/address.h"
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
        lgc_out_address(job->out, frame->pc);
        put_source(job->out, i < n ? &sources[i] : &nothing, m, frame->pc);
        /* At the end of a line: parsers of LSan's shape know no line without '#'. */
        lgc_format_put_folded(job->out, i + 1 >= n ? frame->folded : 0);
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
    const char *name = t == NULL ? NULL : t->tag != NULL ? t->tag : t->name;
    if (name == NULL)
        return;
    lgc_out_str(job->out, " (");
    lgc_out_printable(job->out, name);
    lgc_out_char(job->out, ')');
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
    if (g->growth_checks > 0)
        lgc_out_f(out, "    grew by %lld byte(s) per hour over %u checks\n",
                  (long long)g->growth_bytes, g->growth_checks);
}

/* "(+16 in 2)", behind what parsers of LSan's shape look for.  In the first
 * check everything is new. */
static void put_fresh(const struct lgc_format_job *job, const struct lgc_group *g)
{
    if (job->finding->check > 1 && g->fresh.objects > 0)
        lgc_out_f(job->out, " (+%llu byte(s), +%llu object(s))",
                  (unsigned long long)g->fresh.bytes, (unsigned long long)g->fresh.objects);
}

static void put_group(const struct lgc_format_job *job, const struct lgc_group *g)
{
    struct lgc_out *out = job->out;
    lgc_out_str(out, heads[g->kind]);
    put_amount(out, g->amount);
    lgc_out_str(out, " allocated from:");
    put_fresh(job, g);
    if (g->kind == LGC_KIND_DIRECT && g->held.objects > 0)
        lgc_out_f(out, " [holds %llu byte(s) in %llu indirect object(s)]",
                  (unsigned long long)g->held.bytes, (unsigned long long)g->held.objects);
    lgc_out_char(out, '\n');
    put_stack(job, g);
    put_details(job, g);
    lgc_format_suggest(job, g, lgc_out_str);
    lgc_out_char(out, '\n');
}

/* What is no leak of a block: one heading for each, before and behind the
 * numbers. */
static const struct { const char *before, *behind; } apart[LGC_SECTION_COUNT] = {
    [LGC_SECTION_SUSPECT]   = { "Suspect, reachable and growing: ", " allocated from:" },
    [LGC_SECTION_THREAD]    = { "Thread leak of ", " (their stacks): ended, neither joined nor "
                                "detached, created by:" },
    [LGC_SECTION_RECLAIMED] = { "Reclaimed: ", " allocated from:" },
    [LGC_SECTION_FALSE]     = { "False leak, in use after all: ", " allocated from:" },
};

static void put_section(const struct lgc_format_job *job, enum lgc_section section)
{
    const struct lgc_finding *f = job->finding;
    for (size_t i = lgc_format_next(job, section, 0); i < f->ngroups && !job->out->failed;
         i = lgc_format_next(job, section, i + 1)) {
        lgc_out_str(job->out, apart[section].before);
        put_amount(job->out, f->groups[i].amount);
        lgc_out_str(job->out, apart[section].behind);
        put_fresh(job, &f->groups[i]);
        lgc_out_char(job->out, '\n');
        put_stack(job, &f->groups[i]);
        put_details(job, &f->groups[i]);
        lgc_out_char(job->out, '\n');
    }
}

/* Nanoseconds as "1.234 ms". */
static void put_ms(struct lgc_out *out, uint64_t ns)
{
    unsigned us = (unsigned)(ns / 1000 % 1000);
    lgc_out_f(out, "%llu.%u%u%u ms", (unsigned long long)(ns / 1000000), us / 100, us / 10 % 10,
              us % 10);
}

/* How the check went: what it cost the program. */
static void put_check(const struct lgc_format_job *job)
{
    const struct lgc_finding *f = job->finding;
    struct lgc_out *out = job->out;
    if (f->duration_ns == 0)
        return;                  /* a heap dump does not tell                */
    lgc_out_f(out, "==%u== leaksgc: check %u", f->pid, f->check);
    if (f->reason != NULL)
        lgc_out_f(out, " (%s)", f->reason);
    lgc_out_f(out, ": %u thread(s) stood still for ", f->stopped_threads);
    put_ms(out, f->pause_ns);
    lgc_out_str(out, "; it took ");
    put_ms(out, f->duration_ns);
    if (f->way != NULL)
        lgc_out_f(out, " by %s", f->way);
    if (f->way_reason != NULL)
        lgc_out_f(out, " (%s)", f->way_reason);
    if (f->check > 1) {
        lgc_out_f(out, "; new since check %u: ", f->check - 1);
        put_amount(out, f->fresh);
    }
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
    struct lgc_amount sum = { 0, 0 };
    for (size_t i = 0; i < job->finding->ngroups; i++) {
        const struct lgc_group *g = &job->finding->groups[i];
        if (g->section == LGC_SECTION_LOSS && g->suppressed_by == NULL && g->kind <= LGC_KIND_INDIRECT &&
            (job->style->kinds >> g->kind & 1) == 0) {
            sum.bytes += g->amount.bytes;
            sum.objects += g->amount.objects;
        }
    }
    return sum;
}

/* Likewise: of a report on something else, or on what is new, which leaves all
 * losses or the old ones out. */
static struct lgc_amount left_out(const struct lgc_finding *f)
{
    struct lgc_amount none = { 0, 0 }, sum = f->total[LGC_KIND_DIRECT];
    sum.bytes += f->total[LGC_KIND_INDIRECT].bytes;
    sum.objects += f->total[LGC_KIND_INDIRECT].objects;
    for (size_t i = 0; i < f->ngroups && !f->only_new; i++)
        if (f->groups[i].section == LGC_SECTION_LOSS && f->groups[i].kind <= LGC_KIND_INDIRECT)
            return none;
    return sum;
}

static void put_clean_line(const struct lgc_format_job *job)
{
    struct lgc_amount hidden = unlisted(job), rest = left_out(job->finding);
    lgc_out_f(job->out, "==%u== leaksgc: ", job->finding->pid);
    if (hidden.objects > 0) {
        lgc_out_str(job->out, "nothing to list: ");
        put_amount(job->out, hidden);
        lgc_out_str(job->out, " are lost, of kinds that report_kinds leaves out.\n");
    } else if (rest.objects > 0) {
        lgc_out_str(job->out, job->finding->only_new ? "nothing new: " : "");
        put_amount(job->out, rest);
        lgc_out_str(job->out, job->finding->only_new ? " were lost before.\n"
                                                     : " were found lost, and are not listed here.\n");
    } else {
        lgc_out_str(job->out, "no leaks: ");
        put_amount(job->out, job->finding->total[LGC_KIND_REACHABLE]);
        lgc_out_str(job->out, " are still reachable.\n");
    }
}

static const char *reporter(const struct lgc_format_job *job)
{
    const char *name = job->style->name;
    return name != NULL && *name != '\0' ? name : "leaksgc";
}

static void put_error_line(const struct lgc_format_job *job)
{
    lgc_out_str(job->out,
        "\n=================================================================\n");
    lgc_out_f(job->out, "==%u==ERROR: %s: detected memory leaks\n\n", job->finding->pid,
              reporter(job));
}

void lgc_text_report(const struct lgc_format_job *job)
{
    const struct lgc_finding *f = job->finding;
    struct lgc_amount leaked = lgc_report_leaked(job->style, f);
    bool listed = false;
    for (unsigned s = 0; s < LGC_SECTION_COUNT; s++)
        listed |= lgc_format_next(job, (enum lgc_section)s, 0) < f->ngroups;
    if (!listed && !job->style->say_clean)
        return;
    if (leaked.objects > 0)
        put_error_line(job);
    else
        put_clean_line(job);
    for (size_t i = 0; i < f->ngroups && !job->out->failed; i++) {
        if (lgc_report_lists(job->style, &f->groups[i]))
            put_group(job, &f->groups[i]);
    }
    for (unsigned s = LGC_SECTION_LOSS + 1; s < LGC_SECTION_COUNT; s++)
        put_section(job, (enum lgc_section)s);
    put_check(job);
    put_notes(job);
    put_suppressions(job);
    if (leaked.objects > 0)
        lgc_out_f(job->out, "SUMMARY: %s: %llu byte(s) leaked in %llu allocation(s).\n",
                  reporter(job), (unsigned long long)leaked.bytes, (unsigned long long)leaked.objects);
}

/* Of a free gone wrong: it names the pointer. */
static void put_title(struct lgc_out *out, const char *title)
{
    lgc_address_put_text(out, title);
    lgc_out_char(out, '\n');
}

void lgc_text_stacks(const struct lgc_format_job *job)
{
    const struct lgc_finding *f = job->finding;
    for (size_t i = 0; i < f->ngroups && !job->out->failed; i++) {
        if (i < f->nnotes)
            put_title(job->out, f->notes[i]);
        put_stack(job, &f->groups[i]);
    }
}
