/* SPDX-License-Identifier: MIT
 * xml.c: the report as XML of valgrind's memcheck, protocol version 4.
 *
 * As memcheck counts: the bytes of a definite leak are those of its blocks and
 * of what hangs on them; an indirect one is listed as well; and what a thread
 * that nobody joined keeps is possibly lost.
 */
#include <string.h>

#include "base/address.h"
#include "report/format.h"

static const struct { const char *kind, *words; } kinds[LGC_FORMAT_KINDS] = {
    [LGC_KIND_DIRECT]    = { "Leak_DefinitelyLost", "definitely lost" },
    [LGC_KIND_INDIRECT]  = { "Leak_IndirectlyLost", "indirectly lost" },
    [LGC_KIND_POSSIBLE]  = { "Leak_PossiblyLost",   "possibly lost" },
    [LGC_KIND_REACHABLE] = { "Leak_StillReachable", "still reachable" },
    [LGC_FORMAT_THREAD]  = { "Leak_PossiblyLost",   "possibly lost" },
};

static void put_element(struct lgc_out *out, const char *indent, const char *name,
                        const char *text)
{
    lgc_out_f(out, "%s<%s>", indent, name);
    lgc_out_xml(out, text);
    lgc_out_f(out, "</%s>\n", name);
}

static void put_file(struct lgc_out *out, const struct lgc_source *s)
{
    const char *base = lgc_format_base_name(s->file);
    if (base > s->file + 1) {
        char dir[4096];
        size_t n = (size_t)(base - s->file - 1);
        n = n < sizeof dir ? n : sizeof dir - 1;
        memcpy(dir, s->file, n);
        dir[n] = '\0';
        put_element(out, "      ", "dir", dir);
    }
    put_element(out, "      ", "file", base);
    if (s->line > 0)
        lgc_out_f(out, "      <line>%u</line>\n", s->line);
}

static void put_place(const struct lgc_format_job *job, unsigned index,
                      const struct lgc_format_place *place)
{
    struct lgc_out *out = job->out;
    (void)index;
    lgc_out_str(out, "    <frame>\n      <ip>");
    uint64_t ip;
    lgc_address_shown(place->pc, &ip); /* 0 if it is not: readers want a number */
    lgc_out_f(out, "0x%llx</ip>\n", (unsigned long long)ip);
    if (place->module != NULL && place->module->path != NULL)
        put_element(out, "      ", "obj", place->module->path);
    if (place->source.function != NULL)
        put_element(out, "      ", "fn", place->source.function);
    if (place->source.file != NULL)
        put_file(out, &place->source);
    lgc_out_str(out, "    </frame>\n");
    if (place->folded != 0)
        lgc_out_str(out, "    <frame>\n      <ip>0x0</ip>\n      <fn>" LGC_FORMAT_FOLDED
                    "</fn>\n    </frame>\n");
}

static void put_what(struct lgc_out *out, const struct lgc_group *g, size_t record, size_t records)
{
    unsigned long long bytes = g->amount.bytes, held = g->held.bytes;
    lgc_out_f(out, "    <text>%llu ", bytes + held);
    if (held > 0)
        lgc_out_f(out, "(%llu direct, %llu indirect) ", bytes, held);
    lgc_out_f(out, "bytes in %llu blocks are %s in loss record %zu of %zu</text>\n",
              (unsigned long long)g->amount.objects, kinds[lgc_format_kind_of(g)].words, record, records);
    lgc_out_f(out, "    <leakedbytes>%llu</leakedbytes>\n    <leakedblocks>%llu</leakedblocks>\n",
              bytes + held, (unsigned long long)g->amount.objects);
}

static void put_error(const struct lgc_format_job *job, const struct lgc_group *g, size_t record,
                      size_t records)
{
    struct lgc_out *out = job->out;
    lgc_out_f(out, "<error>\n  <unique>0x%zx</unique>\n  <tid>%u</tid>\n  <kind>%s</kind>\n"
              "  <xwhat>\n", record - 1, g->nthreads > 0 ? g->threads[0] : 1, kinds[lgc_format_kind_of(g)].kind);
    put_what(out, g, record, records);
    lgc_out_str(out, "  </xwhat>\n  <stack>\n");
    lgc_format_each_place(job, g, put_place);
    if (g->nframes == 0)
        lgc_out_str(out, "    <frame>\n      <ip>0x0</ip>\n    </frame>\n");
    lgc_out_str(out, "  </stack>\n</error>\n\n");
}

static bool is_listed(const struct lgc_format_job *job, const struct lgc_group *g)
{
    return lgc_format_is_listed(job, g) && !lgc_format_hidden(job, g);
}

static void put_errors(const struct lgc_format_job *job)
{
    const struct lgc_finding *f = job->finding;
    size_t records = 0, record = 0;
    for (size_t i = 0; i < f->ngroups; i++)
        records += is_listed(job, &f->groups[i]);
    for (size_t i = 0; i < f->ngroups && !job->out->failed; i++) {
        if (is_listed(job, &f->groups[i]))
            put_error(job, &f->groups[i], ++record, records);
    }
}

/* Each error stands for all its blocks, and occurs once. */
static void put_counts(const struct lgc_format_job *job)
{
    struct lgc_format_used used;
    lgc_out_str(job->out, "<errorcounts>\n</errorcounts>\n\n<suppcounts>\n");
    for (size_t position = 0; lgc_format_next_used(job, &position, &used); ) {
        lgc_out_f(job->out, "  <pair>\n    <count>%llu</count>\n",
                  (unsigned long long)used.amount.objects);
        put_element(job->out, "    ", "name", used.pattern);
        lgc_out_str(job->out, "  </pair>\n");
    }
    lgc_out_str(job->out, "</suppcounts>\n\n");
}

static void put_status(struct lgc_out *out, const char *state)
{
    lgc_out_f(out, "<status>\n  <state>%s</state>\n  <time>00:00:00:00.000 </time>\n</status>\n\n",
              state);
}

/* The parent's pid is not known to a finding. */
static void put_head(const struct lgc_format_job *job)
{
    const struct lgc_finding *f = job->finding;
    struct lgc_out *out = job->out;
    lgc_out_str(out, "<?xml version=\"1.0\"?>\n\n<valgrindoutput>\n\n"
                "<protocolversion>4</protocolversion>\n<protocoltool>memcheck</protocoltool>\n\n"
                "<preamble>\n  <line>leaksgc, a memory leak finder; as XML of memcheck</line>\n");
    for (size_t i = 0; i < f->nnotes; i++)
        put_element(out, "  ", "line", f->notes[i]);
    lgc_out_f(out, "</preamble>\n\n<pid>%u</pid>\n<ppid>0</ppid>\n<tool>memcheck</tool>\n\n"
              "<args>\n  <vargv>\n    <exe>leaksgc</exe>\n  </vargv>\n  <argv>\n", f->pid);
    put_element(out, "    ", "exe", f->exe != NULL ? f->exe : "");
    lgc_out_str(out, "  </argv>\n</args>\n\n");
}

void lgc_xml_report(const struct lgc_format_job *job)
{
    put_head(job);
    put_status(job->out, "RUNNING");
    put_status(job->out, "FINISHED");
    put_errors(job);
    put_counts(job);
    lgc_out_str(job->out, "</valgrindoutput>\n");
}
