/* SPDX-License-Identifier: MIT
 * format.c: what the report formats share. */
#include <string.h>

#include "report/format.h"

const char *lgc_format_kind(enum lgc_kind kind)
{
    static const char *const names[LGC_KIND_COUNT] = {
        [LGC_KIND_DIRECT]    = "direct",
        [LGC_KIND_INDIRECT]  = "indirect",
        [LGC_KIND_POSSIBLE]  = "possible",
        [LGC_KIND_REACHABLE] = "reachable",
    };
    return names[kind];
}

unsigned lgc_format_kind_of(const struct lgc_group *group)
{
    return group->section == LGC_SECTION_THREAD ? LGC_FORMAT_THREAD : (unsigned)group->kind;
}

bool lgc_format_is_listed(const struct lgc_format_job *job, const struct lgc_group *group)
{
    return lgc_report_lists(job->style, group) || lgc_report_is_leak(job->style, group)
        || (lgc_format_hidden(job, group)
            && (group->section == LGC_SECTION_LOSS || group->section == LGC_SECTION_THREAD));
}

const char *lgc_format_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

size_t lgc_format_sources(const struct lgc_format_job *job, const struct lgc_frame *frame,
                          struct lgc_source sources[LGC_REPORT_MAX_INLINED])
{
    const struct lgc_symbolizer *s = job->symbolizer;
    if (s == NULL)
        return 0;
    return s->resolve(s->arg, job->finding, frame, sources, LGC_REPORT_MAX_INLINED);
}

const struct lgc_module *lgc_format_module(const struct lgc_finding *finding,
                                           const struct lgc_frame *frame)
{
    return frame->module < finding->nmodules ? &finding->modules[frame->module] : NULL;
}

const struct lgc_thread_info *lgc_format_thread(const struct lgc_finding *finding, uint32_t id)
{
    size_t guess = (size_t)id - 1;  /* where it is while no thread was left out */
    if (guess < finding->nthreads && finding->threads[guess].id == id)
        return &finding->threads[guess];
    for (size_t i = 0; i < finding->nthreads; i++) {
        if (finding->threads[i].id == id)
            return &finding->threads[i];
    }
    return NULL;
}

static void put_digits(struct lgc_out *out, uint64_t v, unsigned digits)
{
    char text[20];
    for (unsigned i = digits; i-- > 0; v /= 10)
        text[i] = (char)('0' + v % 10);
    lgc_out_bytes(out, text, digits);
}

/* Days since 1970-01-01 to a date of the proleptic Gregorian calendar.  Counted
 * in years that begin on 1 March, so that the leap day is a year's last; day 0
 * of such a count is 0000-03-01, 719468 days before the epoch. */
static void put_date(struct lgc_out *out, int64_t days)
{
    int64_t z = days + 719468;                  /* 1677..2262: never negative */
    int64_t era = z / 146097;                   /* 400 years */
    int64_t day = z % 146097;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    int64_t month = (5 * day + 2) / 153;        /* 0 = March */
    day -= (153 * month + 2) / 5;
    year += era * 400 + (month >= 10);
    put_digits(out, (uint64_t)year, 4);
    lgc_out_char(out, '-');
    put_digits(out, (uint64_t)(month < 10 ? month + 3 : month - 9), 2);
    lgc_out_char(out, '-');
    put_digits(out, (uint64_t)day + 1, 2);
}

void lgc_format_time(struct lgc_out *out, int64_t ns)
{
    static const int64_t second = 1000000000, day = 86400 * second;
    int64_t days = ns / day, left = ns % day;
    if (left < 0) {
        days--;
        left += day;
    }
    uint64_t rest = (uint64_t)left;
    uint64_t seconds = rest / (uint64_t)second;
    put_date(out, days);
    lgc_out_char(out, 'T');
    put_digits(out, seconds / 3600, 2);
    lgc_out_char(out, ':');
    put_digits(out, seconds / 60 % 60, 2);
    lgc_out_char(out, ':');
    put_digits(out, seconds % 60, 2);
    lgc_out_char(out, '.');
    put_digits(out, rest % (uint64_t)second, 9);
    lgc_out_char(out, 'Z');
}

size_t lgc_format_next(const struct lgc_format_job *job, enum lgc_section section, size_t from)
{
    const struct lgc_finding *f = job->finding;
    for (; from < f->ngroups; from++) {
        const struct lgc_group *g = &f->groups[from];
        if (section == LGC_SECTION_LOSS ? lgc_report_lists(job->style, g)
                                        : g->section == section && g->suppressed_by == NULL)
            break;
    }
    return from;
}

bool lgc_format_hidden(const struct lgc_format_job *job, const struct lgc_group *group)
{
    return group->suppressed_by != NULL &&
           (group->section != LGC_SECTION_LOSS || (job->style->kinds >> group->kind & 1) != 0);
}

/* Whoever marks groups gives all groups of one rule the same pointer. */
static bool hidden_by(const struct lgc_format_job *job, size_t i, const char *pattern)
{
    const struct lgc_group *g = &job->finding->groups[i];
    return g->suppressed_by == pattern && lgc_format_hidden(job, g);
}

static bool seen_before(const struct lgc_format_job *job, size_t end, const char *pattern)
{
    for (size_t i = 0; i < end; i++) {
        if (hidden_by(job, i, pattern))
            return true;
    }
    return false;
}

bool lgc_format_next_used(const struct lgc_format_job *job, size_t *position,
                          struct lgc_format_used *used)
{
    const struct lgc_finding *f = job->finding;
    for (size_t i = *position; i < f->ngroups; i++) {
        const char *pattern = f->groups[i].suppressed_by;
        if (!lgc_format_hidden(job, &f->groups[i]) || seen_before(job, i, pattern))
            continue;
        *position = i + 1;
        *used = (struct lgc_format_used){ .pattern = pattern };
        for (size_t k = i; k < f->ngroups; k++) {
            if (hidden_by(job, k, pattern)) {
                used->amount.bytes += f->groups[k].amount.bytes;
                used->amount.objects += f->groups[k].amount.objects;
            }
        }
        return true;
    }
    return false;
}
