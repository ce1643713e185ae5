/* SPDX-License-Identifier: MIT
 * openheap.c: loads a heap dump, with progress on a terminal. */
#include "tool/openheap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "graph/load.h"
#include "tool/cli.h"

struct progress {
    uint64_t size;
    int64_t begun_ms, said_ms;
    bool said;
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Nothing in the first half second: most dumps are read by then. */
static void on_progress(void *arg, uint64_t done)
{
    struct progress *p = arg;
    int64_t now = now_ms();
    if (now - p->begun_ms < 500 || now - p->said_ms < 200 || p->size == 0)
        return;
    p->said_ms = now;
    p->said = true;
    fprintf(stderr, "\rreading the heap dump: %3.0f %%", 100.0 * (double)done / (double)p->size);
}

struct lgc_graph *lgc_openheap(const char *path, bool quiet)
{
    struct stat st;
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *in = is_stdin ? stdin : fopen(path, "re");
    if (in == NULL) {
        lgc_cli_say("cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    struct progress p = { .begun_ms = now_ms() };
    if (fstat(fileno(in), &st) == 0 && S_ISREG(st.st_mode))
        p.size = (uint64_t)st.st_size;
    bool watched = !quiet && isatty(STDERR_FILENO);
    struct lgc_load load = { .in = in, .progress = watched ? on_progress : NULL, .arg = &p };
    struct lgc_graph *g = lgc_load_graph(&load);
    if (p.said)
        fprintf(stderr, "\r\033[K");
    if (g == NULL)
        lgc_cli_say("%s: %s", is_stdin ? "standard input" : path, load.error);
    if (!is_stdin)
        fclose(in);
    return g;
}
