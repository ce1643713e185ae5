/* SPDX-License-Identifier: MIT
 * gaps.c: asks whoever may have had to leave something out. */
#include "run/gaps.h"

#include <stdarg.h>
#include <string.h>

#include "base/out.h"
#include "capture/site.h"
#include "find/scan.h"
#include "find/snapshot.h"
#include "run/past.h"
#include "run/settings.h"
#include "world/module.h"
#include "world/region.h"

void lgc_gaps_add(struct lgc_gaps *gaps, const char *format, ...)
{
    struct lgc_out out;
    va_list args;
    char *to;

    lgc_out_init(&out, -1);
    va_start(args, format);
    lgc_out_v(&out, format, args);
    va_end(args);
    if (gaps->count == LGC_GAPS_MAX || out.used >= LGC_GAPS_SIZE)
        return;
    to = gaps->text[gaps->count];
    memcpy(to, out.buf, out.used);
    to[out.used] = '\0';
    gaps->list[gaps->count++] = to;
}

void lgc_gaps_note(struct lgc_gaps *gaps, const struct lgc_snapshot *snapshot,
                   const struct lgc_scan *scan)
{
    if (snapshot->silent > 0)
        lgc_gaps_add(gaps, "%u thread(s), thread %d for one, did not stop in time: "
                           "what only their registers held may be listed as lost",
                     snapshot->silent, snapshot->silent_tid);
    if (!scan->complete)
        lgc_gaps_add(gaps, "there was not enough memory for the whole check: losses may be missing");
    if (scan->tried)
        lgc_gaps_add(gaps, "the kernel's list of mappings could not be read (is /proc mounted, is a descriptor free?): "
                           "what memory there is was tried page by page, and nothing is reclaimed");
    if (scan->differ > 0)
        lgc_gaps_add(gaps, "libgc's marker and ours differ about %lu object(s), %p for one: "
                           "nothing is reclaimed, and what libgc's reaches is not listed",
                     (unsigned long)scan->differ, (void *)scan->differs);
    if (lgc_site_refused() > 0)
        lgc_gaps_add(gaps, "%lu allocation(s) came when there was no room for new stacks (max_sites=%lu): "
                           "of theirs only the innermost frames are kept",
                     (unsigned long)lgc_site_refused(), (unsigned long)lgc_settings.max_sites);
    if (lgc_past_history()->evicted > 0)
        lgc_gaps_add(gaps, "%lu record(s) of lost objects were evicted by max_records=%lu: "
                           "when they were lost is not known any more",
                     (unsigned long)lgc_past_history()->evicted,
                     (unsigned long)lgc_settings.max_records);
    if (lgc_past_history()->short_of_memory)
        lgc_gaps_add(gaps, "there was no memory to follow all sites: growth and suspects are missing");
    if (lgc_module_incomplete())
        lgc_gaps_add(gaps, "there was no memory to note all loaded libraries: "
                           "what they hold may be listed as lost");
    if (lgc_region_lost() > 0)
        lgc_gaps_add(gaps, "%lu mapping(s) of the program could not be noted as roots",
                     (unsigned long)lgc_region_lost());
}
