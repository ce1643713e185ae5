/* SPDX-License-Identifier: MIT
 * report.c: the table of formats, and what a style lists. */
#include "report/report.h"

#include <string.h>

#include "report/format.h"

static const struct { const char *name; lgc_format_fn *write; } formats[] = {
    { "text", lgc_text_report },
    { "json", lgc_json_report },
};
enum { FORMATS = sizeof formats / sizeof formats[0] };

const char *lgc_report_format_name(unsigned index)
{
    return index < FORMATS ? formats[index].name : NULL;
}

static lgc_format_fn *find_format(const char *name)
{
    for (unsigned i = 0; i < FORMATS; i++) {
        if (strcmp(formats[i].name, name) == 0)
            return formats[i].write;
    }
    return NULL;
}

bool lgc_report_format_known(const char *name)
{
    return find_format(name) != NULL;
}

bool lgc_report_lists(const struct lgc_report_style *style, const struct lgc_group *group)
{
    return group->section == LGC_SECTION_LOSS && group->suppressed_by == NULL &&
           (style->kinds >> group->kind & 1) != 0;
}

static bool is_leak(const struct lgc_report_style *style, const struct lgc_group *group)
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
        if (is_leak(style, g)) {
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
    find_format(name)(&job);
    return lgc_out_flush(out);
}

bool lgc_report_write_stacks(struct lgc_out *out, const struct lgc_finding *finding,
                             const struct lgc_symbolizer *symbolizer)
{
    struct lgc_format_job job = { out, finding, symbolizer, NULL };
    lgc_text_stacks(&job);
    return lgc_out_flush(out);
}
