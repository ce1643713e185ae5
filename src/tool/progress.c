/* SPDX-License-Identifier: MIT
 * progress.c: how far long work has come, on a terminal. */
#include "tool/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void lgc_progress_begin(struct lgc_progress *p, const char *what, uint64_t total, bool quiet)
{
    *p = (struct lgc_progress){ .what = what, .total = total, .begun_ms = now_ms(),
                                .watched = !quiet && isatty(STDERR_FILENO) };
}

void lgc_progress_at(struct lgc_progress *p, uint64_t done)
{
    int64_t now;
    if (!p->watched || p->total == 0)
        return;
    now = now_ms();
    if (now - p->begun_ms < 500 || now - p->said_ms < 200)
        return;
    p->said_ms = now;
    p->said = true;
    fprintf(stderr, "\rleaksgc: %s: %3.0f %%", p->what,
            100.0 * (double)(done < p->total ? done : p->total) / (double)p->total);
}

void lgc_progress_end(struct lgc_progress *p)
{
    if (p->said)
        fprintf(stderr, "\r\033[K");
    p->said = false;
}
