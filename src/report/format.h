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
lgc_format_fn lgc_pprof_report;
lgc_format_fn lgc_folded_report;
lgc_format_fn lgc_sarif_report;
lgc_format_fn lgc_junit_report;
lgc_format_fn lgc_xml_report;
lgc_format_fn lgc_html_report;

/* What lgc_report_write_stacks writes; needs no style. */
lgc_format_fn lgc_text_stacks;

/* direct, indirect, possible, reachable. */
const char *lgc_format_kind(enum lgc_kind kind);

/* The kind of a group where threads that nobody joined are one more; for what
 * is a leak or is listed as one (report.h), hidden or not. */
enum { LGC_FORMAT_THREAD = LGC_KIND_COUNT, LGC_FORMAT_KINDS };
unsigned lgc_format_kind_of(const struct lgc_group *group);
bool lgc_format_is_listed(const struct lgc_format_job *job, const struct lgc_group *group);

/* What stands behind the last slash. */
const char *lgc_format_base_name(const char *path);

/* The place of a group to show first: the innermost one that is the user's own
 * code, as far as can be told: one with a line, whose file is none of the C or
 * C++ library; or else the innermost one with a line, with a name, or at all.
 * Returns false if there is no frame. */
struct lgc_format_place {
    struct lgc_source source;           /* all zero: not known               */
    const struct lgc_module *module;    /* or NULL                           */
    uint64_t pc;
    unsigned folded;        /* of lgc_format_each_place: as the frame's, at its outermost source */
};
bool lgc_format_culprit(const struct lgc_format_job *job, const struct lgc_group *group,
                        struct lgc_format_place *place);

/* "function file:line", or "module+offset", or the pc; texts go through `put`:
 * lgc_out_str, lgc_out_xml or lgc_out_json_part. */
typedef void lgc_format_put_fn(struct lgc_out *out, const char *text);
void lgc_format_put_place(struct lgc_out *out, const struct lgc_format_place *place,
                          lgc_format_put_fn *put);

/* What stands for the left-out rounds of a recursion where a frame can have no
 * mark: a frame of this name between those around it. */
#define LGC_FORMAT_FOLDED "[recursion folded]"
/* " [recursion: these N calls repeat]"; nothing for 0. */
void lgc_format_put_folded(struct lgc_out *out, unsigned calls);

/* Every place of a group's stack, innermost first; without a symbolizer's
 * answer one for each frame, with it one for each source. */
typedef void lgc_format_place_fn(const struct lgc_format_job *job, unsigned index,
                                 const struct lgc_format_place *place);
void lgc_format_each_place(const struct lgc_format_job *job, const struct lgc_group *group,
                           lgc_format_place_fn *each);

/* A suppression for the group, in the way that the style asks for, if any. */
void lgc_format_suggest(const struct lgc_format_job *job, const struct lgc_group *group,
                        lgc_format_put_fn *put);

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

/* True if the group would be listed among the leaks but for a suppression. */
bool lgc_format_hidden(const struct lgc_format_job *job, const struct lgc_group *group);

/* The suppressions that hid something, one after the other: start with
 * *position 0; returns false past the last one. */
struct lgc_format_used { const char *pattern; struct lgc_amount amount; };
bool lgc_format_next_used(const struct lgc_format_job *job, size_t *position,
                          struct lgc_format_used *used);

#endif
