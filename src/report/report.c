/* SPDX-License-Identifier: MIT
 * report.c: the table of formats, and what a style lists. */
#include "report/report.h"

#include <string.h>

#include "report/format.h"

static const struct {
    const char *name;
    lgc_format_fn *write;
    bool notes;         /* it has a place for the finding's notes            */
    bool binary;
} formats[] = {
    { "text",   lgc_text_report,   true,  false },
    { "json",   lgc_json_report,   true,  false },
    { "pprof",  lgc_pprof_report,  true,  true },
    { "folded", lgc_folded_report, false, false },
    { "sarif",  lgc_sarif_report,  true,  false },
    { "junit",  lgc_junit_report,  true,  false },
    { "xml",    lgc_xml_report,    true,  false },
    { "html",   lgc_html_report,   true,  false },
};
enum { FORMATS = sizeof formats / sizeof formats[0] };

const char *lgc_report_format_name(unsigned index)
{
    return index < FORMATS ? formats[index].name : NULL;
}

/* Its row, or FORMATS. */
static unsigned find_format(const char *name)
{
    unsigned i = 0;
    while (i < FORMATS && strcmp(formats[i].name, name) != 0)
        i++;
    return i;
}

bool lgc_report_format_known(const char *name)
{
    return find_format(name) < FORMATS;
}

bool lgc_report_format_binary(const char *name)
{
    return formats[find_format(name)].binary;
}

bool lgc_report_format_notes(const char *name)
{
    return formats[find_format(name)].notes;
}

bool lgc_report_lists(const struct lgc_report_style *style, const struct lgc_group *group)
{
    return group->section == LGC_SECTION_LOSS && group->suppressed_by == NULL &&
           (style->kinds >> group->kind & 1) != 0;
}

bool lgc_report_is_leak(const struct lgc_report_style *style, const struct lgc_group *group)
{
    if (group->section == LGC_SECTION_THREAD)
        return group->suppressed_by == NULL;
    return group->kind != LGC_KIND_REACHABLE && lgc_report_lists(style, group);
}

struct lgc_amount lgc_report_leaked(const struct lgc_report_style *style,
                                    const struct lgc_finding *finding)
{
    struct lgc_amount sum = { 0, 0 };
    for (size_t i = 0; i < finding->ngroups; i++) {
        const struct lgc_group *g = &finding->groups[i];
        const struct lgc_amount *a = finding->only_new ? &g->fresh : &g->amount;
        if (lgc_report_is_leak(style, g)) {
            sum.bytes += a->bytes;
            sum.objects += a->objects;
        }
    }
    return sum;
}

bool lgc_report_write(struct lgc_out *out, const char *name, const struct lgc_finding *finding,
                      const struct lgc_symbolizer *symbolizer,
                      const struct lgc_report_style *style)
{
    struct lgc_format_job job = { out, finding, symbolizer, style };
    formats[find_format(name)].write(&job);
    return lgc_out_flush(out);
}

bool lgc_report_write_stacks(struct lgc_out *out, const struct lgc_finding *finding,
                             const struct lgc_symbolizer *symbolizer)
{
    struct lgc_format_job job = { out, finding, symbolizer, NULL };
    lgc_text_stacks(&job);
    return lgc_out_flush(out);
}
