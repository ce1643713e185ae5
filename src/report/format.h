/* SPDX-License-Identifier: MIT
 * format.h: what each report format implements, and what they share.
 * For the files of this folder only. */
#ifndef LGC_REPORT_FORMAT_H
#define LGC_REPORT_FORMAT_H

#include "report/report.h"

struct lgc_format_job {
    struct lgc_out *out;
    const struct lgc_finding *finding;
    const struct lgc_symbolizer *symbolizer;   /* may be NULL */
    const struct lgc_report_style *style;
};

/* One of these per format, named in the table of report.c. */
typedef void lgc_format_fn(const struct lgc_format_job *job);
lgc_format_fn lgc_text_report;
lgc_format_fn lgc_json_report;

/* What lgc_report_write_stacks writes; needs no style. */
lgc_format_fn lgc_text_stacks;

/* The sources of a frame, innermost first; 0 if nothing is known of it. */
size_t lgc_format_sources(const struct lgc_format_job *job, const struct lgc_frame *frame,
                          struct lgc_source sources[LGC_REPORT_MAX_INLINED]);

/* The module of a frame, or NULL. */
const struct lgc_module *lgc_format_module(const struct lgc_finding *finding,
                                           const struct lgc_frame *frame);

/* The thread with this id, or NULL. */
const struct lgc_thread_info *lgc_format_thread(const struct lgc_finding *finding, uint32_t id);

/* Unix epoch in ns as 2026-01-31T12:00:00.000000000Z.  gmtime_r would read TZ,
 * take a lock and allocate. */
void lgc_format_time(struct lgc_out *out, int64_t ns);

/* The place of the next group, from `from` on, that is listed under `section`
 * (LGC_SECTION_LOSS: is a leak or of a kind asked for); ngroups: none is. */
size_t lgc_format_next(const struct lgc_format_job *job, enum lgc_section section, size_t from);

/* True if the group would be listed but for a suppression. */
bool lgc_format_hidden(const struct lgc_format_job *job, const struct lgc_group *group);

/* The suppressions that hid something, one after the other: start with
 * *position 0; returns false past the last one. */
struct lgc_format_used { const char *pattern; struct lgc_amount amount; };
bool lgc_format_next_used(const struct lgc_format_job *job, size_t *position,
                          struct lgc_format_used *used);

#endif
