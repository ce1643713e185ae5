/* SPDX-License-Identifier: MIT
 * suppress.h: hides the groups that a rule names.
 * Uses malloc; runs in the tool.
 *
 * A rule is LSan's "leak:PATTERN", one a line, or a block of valgrind's in { }
 * of kind Memcheck:Leak; # begins a comment line.  LSan's pattern is looked for
 * in the function, source file and module path of every frame, inlined ones
 * too: anywhere in the text, unless ^ (begin) or $ (end) hold it fast; * stands
 * for any text.  A block names frames from the innermost one on: fun:, obj: and
 * src: with * and ?, and "..." for any number of frames.  Of several rules that
 * match a group the first one counts.
 *
 * What hangs on hidden groups is hidden with them, as LSan does.
 */
#ifndef LGC_REPORT_SUPPRESS_H
#define LGC_REPORT_SUPPRESS_H

#include "report/report.h"

struct lgc_suppress;

/* NULL: out of memory.  The patterns that mark groups live in it. */
struct lgc_suppress *lgc_suppress_new(void);
void lgc_suppress_free(struct lgc_suppress *suppress);

/* What is wrong with a rule, in one sentence; `text` is valid during the call. */
typedef void lgc_suppress_warn_fn(void *arg, const char *text);

/* Adds the rules of a text; `origin` names it in warnings.  Rules of other
 * types (LSan reads files for all sanitizers) are left out with one warning.
 * Returns false if memory ran out. */
bool lgc_suppress_add(struct lgc_suppress *suppress, const char *text, const char *origin,
                      lgc_suppress_warn_fn *warn, void *arg);
/* The same from a file.  Returns false with errno if it cannot be read. */
bool lgc_suppress_add_file(struct lgc_suppress *suppress, const char *path,
                           lgc_suppress_warn_fn *warn, void *arg);

/* Sets suppressed_by of every group that a rule names, to its pattern or name.
 * Groups of kinds that `kinds` (as in lgc_report_style) leaves out are not looked
 * at.  A group of which only a part hangs on a hidden one is split: the finding
 * then has other groups, which live as long as `suppress`.
 * Returns false if memory ran out; what was marked until then stays so. */
bool lgc_suppress_apply(struct lgc_suppress *suppress, struct lgc_finding *finding,
                        const struct lgc_symbolizer *symbolizer, unsigned kinds);

/* How many patterns were held against a name so far, for tests. */
uint64_t lgc_suppress_tries(const struct lgc_suppress *suppress);

#endif
