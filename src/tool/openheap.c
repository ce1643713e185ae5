/* SPDX-License-Identifier: MIT
 * openheap.c: loads a heap dump, with progress on a terminal. */
#include "tool/openheap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "graph/load.h"
#include "tool/cli.h"
#include "tool/progress.h"

static void on_progress(void *arg, uint64_t done) { lgc_progress_at(arg, done); }

struct lgc_graph *lgc_openheap(const char *path, bool quiet)
{
    struct stat st;
    struct lgc_progress p;
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *in = is_stdin ? stdin : fopen(path, "re");
    if (in == NULL) {
        lgc_cli_say("cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    bool has_size = fstat(fileno(in), &st) == 0 && S_ISREG(st.st_mode);
    lgc_progress_begin(&p, "reading the heap dump", has_size ? (uint64_t)st.st_size : 0, quiet);
    struct lgc_load load = { .in = in, .progress = on_progress, .arg = &p };
    struct lgc_graph *g = lgc_load_graph(&load);
    lgc_progress_end(&p);
    if (g == NULL)
        lgc_cli_say("%s: %s", is_stdin ? "standard input" : path, load.error);
    if (!is_stdin)
        fclose(in);
    return g;
}
