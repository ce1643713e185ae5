/* SPDX-License-Identifier: MIT
 * report.h: a finding -> a report, by the name of a format.
 *
 * Knows no format itself: report.c holds the table {name, function}; each
 * format is one file.  No malloc and no stdio in here and in the formats: the
 * library uses them too when there is no tool to symbolize.
 */
#ifndef LGC_REPORT_REPORT_H
#define LGC_REPORT_REPORT_H

#include "base/out.h"
#include "find/finding.h"

/* One source position of a frame. */
struct lgc_source {
    const char *function;   /* demangled; NULL if unknown                    */
    const char *file;       /* NULL if unknown                               */
    unsigned line, column;  /* 0 if unknown                                  */
    bool inlined;           /* inlined into the next one of the same frame   */
    const char *symbol;     /* mangled, where function is not; else NULL     */
};

/* Turns frames into names.  NULL as a whole: nothing is known. */
struct lgc_symbolizer {
    /* Stores up to `max` sources of the frame, innermost first, and returns
     * how many.  What it stores stays valid until the symbolizer is freed. */
    size_t (*resolve)(void *arg, const struct lgc_finding *finding,
                      const struct lgc_frame *frame, struct lgc_source *out, size_t max);
    void *arg;
};

enum { LGC_REPORT_MAX_INLINED = 32 };

/* Suppressions that text and JSON write beside each leak. */
enum lgc_suggest { LGC_SUGGEST_NO, LGC_SUGGEST_VALGRIND, LGC_SUGGEST_LSAN };

struct lgc_report_style {
    unsigned kinds;        /* bit (1 << kind) for each kind that is listed   */
    bool say_clean;        /* text: one line even if there is nothing to list */
    bool print_suppressions; /* text: the table of those that were used      */
    enum lgc_suggest suggest;
    const char *name;      /* text: in the first and the last line; NULL: leaksgc */
};

/* The formats, by name; NULL past the last one. */
const char *lgc_report_format_name(unsigned index);
bool lgc_report_format_known(const char *name);
/* Of a known format: whether it is no text (the tool packs it by gzip then, as
 * its readers expect); and whether it tells the finding's notes. */
bool lgc_report_format_binary(const char *name);
bool lgc_report_format_notes(const char *name);

/* Writes the report in format `name` (must be known) and flushes.
 * Returns false if a write failed. */
bool lgc_report_write(struct lgc_out *out, const char *name, const struct lgc_finding *finding,
                      const struct lgc_symbolizer *symbolizer,
                      const struct lgc_report_style *style);

/* Writes stacks that are no leaks (of a double free) and flushes: for each
 * group in its order the note of the same index as a line of its own, if there
 * is one, and then the group's frames as in the text report; nothing else,
 * whatever the groups' kinds.  Returns false if a write failed. */
bool lgc_report_write_stacks(struct lgc_out *out, const struct lgc_finding *finding,
                             const struct lgc_symbolizer *symbolizer);

/* The stable fingerprint of a group: 16 hex digits and a NUL in text[17].
 * Hashes kind-independent facts that survive addresses and rebuilds: for each
 * frame the function name (all inlined ones) or, without one, the module's
 * base name and offset; no line numbers. */
void lgc_report_fingerprint(const struct lgc_finding *finding, const struct lgc_group *group,
                            const struct lgc_symbolizer *symbolizer, char text[17]);

/* True if a group is to be listed among the leaks: of section LOSS, of a kind
 * of this style, and not suppressed. */
bool lgc_report_lists(const struct lgc_report_style *style, const struct lgc_group *group);

/* True if such a group makes the process one that leaked: listed and lost (a
 * reachable block is listed, but not lost), or threads that nobody joined. */
bool lgc_report_is_leak(const struct lgc_report_style *style, const struct lgc_group *group);

/* What is listed and lost (a reachable block is listed, but not lost), threads
 * that nobody joined too: the numbers of the summary line; a process leaked if
 * objects is not 0.  Where only new losses are asked for, what is fresh. */
struct lgc_amount lgc_report_leaked(const struct lgc_report_style *style,
                                    const struct lgc_finding *finding);

#endif
