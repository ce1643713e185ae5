/* SPDX-License-Identifier: MIT
 * suggest.c: a suppression for a group.
 *
 * A block of valgrind's names every place of the stack down to main, so it hides
 * this site and no other (of the same functions).  LSan knows one name a rule: that of
 * the place that is shown first.
 */
#include <string.h>

#include "report/format.h"
#include "report/rules.h"

/* A byte that has a meaning there, or that the reader would take off at the
 * ends, becomes `wild`, which matches it. */
static void put_pattern(const struct lgc_format_job *job, lgc_format_put_fn *put, const char *name,
                        char wild)
{
    size_t length = strlen(name), n;
    for (size_t i = 0; i < length; i += n > 0 ? n : 1) {
        char text[5] = { wild, '\0' };
        bool at_end = i == 0 || i == length - 1;
        n = lgc_out_utf8(name + i);
        if (n > 1 || (n == 1 && name[i] > 0x20 && name[i] != 0x7f && name[i] != '*')
            || (n == 1 && name[i] == ' ' && !at_end))
            memcpy(text, name + i, n);
        put(job->out, text);
    }
}

static void put_line(const struct lgc_format_job *job, lgc_format_put_fn *put, const char *type,
                     const char *name)
{
    put(job->out, type);
    put_pattern(job, put, name, '?');
    put(job->out, "\n");
}

static const char *name_of(const struct lgc_source *s)
{
    return s->symbol != NULL ? s->symbol : s->function;
}

static void put_place(const struct lgc_format_job *job, lgc_format_put_fn *put,
                      const struct lgc_source *s, const struct lgc_module *m, bool first)
{
    const char *name = name_of(s);
    /* A block that begins with it would mean the one that is in no stack. */
    if (first && name != NULL && lgc_rules_is_allocator(name))
        put(job->out, "   fun:malloc\n");
    if (name != NULL && *name != '\0')
        put_line(job, put, "   fun:", name);
    else if (m != NULL && m->path != NULL && *m->path != '\0')
        put_line(job, put, "   obj:", m->path);
    else
        put(job->out, "   obj:*\n");
}

/* Returns false if the frames below say nothing more: those of main are the C
 * library's, and valgrind does not show them. */
static bool put_frame(const struct lgc_format_job *job, lgc_format_put_fn *put,
                      const struct lgc_frame *frame, bool first)
{
    static const struct lgc_source nothing;
    struct lgc_source sources[LGC_REPORT_MAX_INLINED];
    const struct lgc_module *m = lgc_format_module(job->finding, frame);
    size_t n = lgc_format_sources(job, frame, sources);
    for (size_t k = 0; k < n || k == 0; k++)
        put_place(job, put, k < n ? &sources[k] : &nothing, m, first && k == 0);
    return n == 0 || sources[n - 1].function == NULL || strcmp(sources[n - 1].function, "main") != 0;
}

static void put_block(const struct lgc_format_job *job, const struct lgc_group *g,
                      lgc_format_put_fn *put)
{
    static const char *const kinds[LGC_KIND_COUNT] = {
        [LGC_KIND_DIRECT]    = "definite",
        [LGC_KIND_INDIRECT]  = "indirect",
        [LGC_KIND_POSSIBLE]  = "possible",
        [LGC_KIND_REACHABLE] = "reachable",
    };
    char fingerprint[17];
    lgc_report_fingerprint(job->finding, g, job->symbolizer, fingerprint);
    put(job->out, "{\n   leaksgc-");
    put(job->out, fingerprint);
    put(job->out, "\n   Memcheck:Leak\n   match-leak-kinds: ");
    put(job->out, kinds[g->kind]);
    put(job->out, "\n");
    for (uint32_t i = 0; i < g->nframes && put_frame(job, put, &g->frames[i], i == 0); i++)
        continue;
    put(job->out, "}\n");
}

static void put_leak(const struct lgc_format_job *job, const struct lgc_group *g,
                     lgc_format_put_fn *put)
{
    struct lgc_format_place place;
    if (!lgc_format_culprit(job, g, &place))
        return;
    const char *name = place.source.function != NULL ? place.source.function
                     : place.module != NULL ? place.module->path : NULL;
    if (name == NULL || *name == '\0')
        return;
    put(job->out, "leak:^");
    put_pattern(job, put, name, '*');
    put(job->out, "$\n");
}

void lgc_format_suggest(const struct lgc_format_job *job, const struct lgc_group *group,
                        lgc_format_put_fn *put)
{
    if (job->style->suggest == LGC_SUGGEST_VALGRIND && group->nframes > 0)
        put_block(job, group, put);
    else if (job->style->suggest == LGC_SUGGEST_LSAN)
        put_leak(job, group, put);
}
