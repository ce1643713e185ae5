/* SPDX-License-Identifier: MIT
 * folded.c: the report as folded stacks, for flame graphs: one line a group,
 * outermost function first, ';' between functions, a blank, the bytes. */
#include "report/format.h"

/* A ; would end the function, a line break the stack, other bytes the reader. */
static void put_name(struct lgc_out *out, const char *name)
{
    size_t n;
    for (; *name != '\0'; name += n > 0 ? n : 1) {
        n = lgc_out_utf8(name);
        if (n > 1)
            lgc_out_bytes(out, name, n);
        else if (n == 0)
            lgc_out_char(out, '?');
        else
            lgc_out_char(out, *name == ';' ? ':' : *name < 0x20 || *name == 0x7f ? ' ' : *name);
    }
}

static void put_unnamed(struct lgc_out *out, const struct lgc_module *m, uint64_t pc)
{
    if (m == NULL || m->path == NULL) {
        lgc_out_address(out, pc);
        return;
    }
    put_name(out, lgc_format_base_name(m->path));
    lgc_out_char(out, '+');
    lgc_out_hex(out, pc - m->bias);
}

static void put_frame(const struct lgc_format_job *job, const struct lgc_frame *frame,
                      bool first)
{
    struct lgc_source sources[LGC_REPORT_MAX_INLINED];
    size_t n = lgc_format_sources(job, frame, sources);
    if (!first)
        lgc_out_char(job->out, ';');
    if (frame->folded != 0)
        lgc_out_str(job->out, LGC_FORMAT_FOLDED ";");
    if (n == 0)
        put_unnamed(job->out, lgc_format_module(job->finding, frame), frame->pc);
    for (size_t i = n; i > 0; i--) {
        if (i < n)
            lgc_out_char(job->out, ';');
        if (sources[i - 1].function != NULL)
            put_name(job->out, sources[i - 1].function);
        else
            put_unnamed(job->out, lgc_format_module(job->finding, frame), frame->pc);
    }
}

void lgc_folded_report(const struct lgc_format_job *job)
{
    const struct lgc_finding *f = job->finding;
    for (size_t i = 0; i < f->ngroups && !job->out->failed; i++) {
        const struct lgc_group *g = &f->groups[i];
        if (!lgc_report_lists(job->style, g))
            continue;
        for (uint32_t k = g->nframes; k > 0; k--)
            put_frame(job, &g->frames[k - 1], k == g->nframes);
        if (g->nframes == 0)
            lgc_out_str(job->out, "[unknown]");
        lgc_out_f(job->out, " %llu\n", (unsigned long long)g->amount.bytes);
    }
}
