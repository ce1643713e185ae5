/* SPDX-License-Identifier: MIT
 * opencensus.c: the sites of a heap dump or report that the user names. */
#include "tool/opencensus.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "report/report.h"
#include "tool/cli.h"

struct lgc_census *lgc_opencensus(const char *path)
{
    char why[256];
    FILE *in = fopen(path, "re");
    if (in == NULL) {
        lgc_cli_say("cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    struct lgc_census *census = lgc_census_read(in, why, sizeof why);
    if (census == NULL)
        lgc_cli_say("%s: %s", path, why);
    fclose(in);
    return census;
}

void lgc_opencensus_hide(const struct lgc_census *census, const char *text,
                         struct lgc_finding *finding, const struct lgc_symbolizer *symbolizer)
{
    for (size_t i = 0; i < finding->ngroups; i++) {
        struct lgc_group *g = &finding->groups[i];
        char fingerprint[17];
        if (g->suppressed_by != NULL || g->kind == LGC_KIND_REACHABLE)
            continue;
        lgc_report_fingerprint(finding, g, symbolizer, fingerprint);
        const struct lgc_census_site *known = lgc_census_find(census, fingerprint);
        if (known != NULL && (lgc_census_lost(known).objects > 0
                              || known->kind[g->kind].objects > 0))
            g->suppressed_by = text;
    }
}
