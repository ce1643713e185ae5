/* SPDX-License-Identifier: MIT
 * render.c: a finding -> a report with names, all of it or nothing. */
#include "tool/render.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "tool/cli.h"
#include "tool/opencensus.h"
#include "tool/gzip.h"
#include "tool/symbol.h"
#include "tool/worker.h"

/* Each failed attempt costs a module its names; then the report goes without. */
enum { MAX_ATTEMPTS = 8 };

struct attempt {
    struct lgc_render *render;
    int fd;                         /* a file without a name: the report     */
    struct lgc_symbol_settings settings;
    bool *skip;
    struct lgc_symbol_progress *progress;   /* shared with the child         */
    uint64_t steps, since_ns, patience_ns;  /* of the parent that watches it */
};

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- the report, with or without names -------------------------------- */

/* Our own notes stay out: the finding's are the titles of its stacks. */
static int write_stacks(struct attempt *a, const struct lgc_symbolizer *symbolizer)
{
    struct lgc_out out;
    lgc_out_init(&out, a->fd);
    return lgc_report_write_stacks(&out, a->render->finding, symbolizer) ? LGC_EXIT_CLEAN
                                                                         : LGC_EXIT_FAILED;
}

/* What the format has no place for must not be lost. */
static void say_notes(const struct lgc_finding *finding)
{
    for (size_t i = 0; i < finding->nnotes; i++)
        lgc_cli_say("NOTE: %s", finding->notes[i]);
}

static int write_report(struct attempt *a, const struct lgc_symbolizer *symbolizer)
{
    struct lgc_render *r = a->render;
    struct lgc_out out;
    if (r->stacks_only)
        return write_stacks(a, symbolizer);
    if (r->write != NULL) {
        lgc_out_init(&out, a->fd);
        return r->write(r->arg, &out, symbolizer, symbolizer != NULL ? &a->settings : NULL)
            && lgc_out_flush(&out) ? LGC_EXIT_CLEAN : LGC_EXIT_FAILED;
    }
    if (r->suppress != NULL && !lgc_suppress_apply(r->suppress, r->finding, symbolizer,
                                                   r->style.kinds))
        return LGC_EXIT_FAILED;
    if (r->baseline != NULL)
        lgc_opencensus_hide(r->baseline, "baseline", r->finding, symbolizer);
    lgc_notes_give(&r->notes, r->finding);
    if (!lgc_report_format_notes(r->format))
        say_notes(r->finding);
    lgc_out_init(&out, a->fd);
    if (!lgc_report_write(&out, r->format, r->finding, symbolizer, &r->style))
        return LGC_EXIT_FAILED;
    bool leaked = lgc_report_leaked(&r->style, r->finding).objects > 0;
    return leaked ? LGC_EXIT_LEAKS : LGC_EXIT_CLEAN;
}

/* In the child. */
static int work(void *arg)
{
    struct attempt *a = arg;
    struct lgc_symbol *symbol = lgc_symbol_new(a->render->finding, &a->settings);
    if (symbol == NULL)
        return LGC_EXIT_FAILED;
    size_t unknown = lgc_symbol_all(symbol, a->render->style.kinds);
    if (unknown > 0)
        lgc_notes_add(&a->render->notes, "symbolizing reached its time limit: %zu frames have "
                      "no names, only module and offset", unknown);
    struct lgc_symbolizer symbolizer = lgc_symbol_symbolizer(symbol);
    return write_report(a, &symbolizer);
}

/* In the parent: no step for long while a module is being read. */
static bool stuck(void *arg)
{
    struct attempt *a = arg;
    uint64_t now = now_ns();
    if (a->steps != a->progress->steps || a->progress->module == LGC_NO_MODULE) {
        a->steps = a->progress->steps;
        a->since_ns = now;
    }
    return a->patience_ns != 0 && now - a->since_ns > a->patience_ns;
}

/* Takes the blame to the module that was being read.  Returns false if there
 * was none, so that another attempt would end in the same way. */
static bool blame(struct attempt *a, const struct lgc_worker_result *result)
{
    uint32_t module = a->progress->module;
    if (result->end == LGC_WORKER_NONE || result->end == LGC_WORKER_DONE
        || module >= a->render->finding->nmodules)
        return false;
    const char *path = a->render->finding->modules[module].path;
    a->skip[module] = true;
    lgc_notes_add(&a->render->notes, "the symbols of %s could not be read (%s): its frames are "
                  "given as module and offset", path != NULL ? path : "a module",
                  result->end == LGC_WORKER_STUCK ? "it took too long"
                                                  : strsignal(result->code));
    return true;
}

static void start_clock(struct attempt *a, uint64_t end_ns)
{
    uint64_t now = now_ns();
    a->since_ns = now;
    a->steps = a->progress->steps;
    a->settings.deadline_ns = end_ns;
    /* Half of what is left, so that something remains for the others. */
    if (end_ns != 0)
        a->patience_ns = (end_ns > now ? (end_ns - now) / 2 : 0) + 500000000u;
}

/* Returns the exit status, or -1 if no attempt came to an end. */
static int report_with_names(struct attempt *a)
{
    uint64_t limit = a->render->limit_ns;
    uint64_t end_ns = limit != 0 ? now_ns() + limit : 0;
    for (unsigned i = 0; i < MAX_ATTEMPTS; i++) {
        a->progress->module = LGC_NO_MODULE;
        start_clock(a, end_ns);
        struct lgc_worker_result result = lgc_worker_run(work, stuck, a);
        if (result.end == LGC_WORKER_DONE && result.code != LGC_EXIT_FAILED)
            return result.code;
        /* The child wrote through the same file offset. */
        if (ftruncate(a->fd, 0) != 0 || lseek(a->fd, 0, SEEK_SET) != 0
            || !blame(a, &result))
            break;
    }
    return -1;
}

static int report(struct attempt *a)
{
    int status = -1;
    if (a->render->symbolize && a->render->symbolizer == NULL) {
        if (a->progress != NULL && a->skip != NULL)
            status = report_with_names(a);
        if (status < 0)
            lgc_notes_add(&a->render->notes, "symbolizing failed: frames are given as module "
                          "and offset");
    }
    return status >= 0 ? status : write_report(a, a->render->symbolizer);
}

/* ---- all or nothing --------------------------------------------------- */

static int open_nameless(void)
{
    int fd = memfd_create("leaksgc-report", MFD_CLOEXEC);
    if (fd >= 0)
        return fd;
    FILE *file = tmpfile();         /* a kernel or a sandbox without it */
    fd = file != NULL ? dup(fileno(file)) : -1;
    if (file != NULL)
        fclose(file);
    return fd;
}

static bool copy(int from, int to)
{
    struct lgc_out out;
    char buffer[16384];
    ssize_t n;
    lgc_out_init(&out, to);
    while ((n = read(from, buffer, sizeof buffer)) > 0 && !out.failed)
        lgc_out_bytes(&out, buffer, (size_t)n);
    if (!lgc_out_flush(&out))
        errno = out.error;
    return !out.failed && n == 0;
}

static bool hand_over(struct attempt *a, int to)
{
    const struct lgc_render *r = a->render;
    bool pack = !r->stacks_only && lgc_report_format_binary(r->format);
    return lseek(a->fd, 0, SEEK_SET) == 0 && (pack ? lgc_gzip_copy(a->fd, to) : copy(a->fd, to));
}

int lgc_render(struct lgc_render *render, int fd)
{
    struct attempt a = { .render = render, .fd = open_nameless() };
    if (a.fd < 0) {
        lgc_cli_say("cannot make a temporary file: %s; is TMPDIR writable?", strerror(errno));
        return LGC_EXIT_FAILED;
    }
    void *shared = mmap(NULL, sizeof *a.progress, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    a.progress = shared != MAP_FAILED ? shared : NULL;
    a.skip = calloc(render->finding->nmodules + 1, sizeof *a.skip);
    a.settings = (struct lgc_symbol_settings){ .debug_path = render->debug_path,
                                               .skip = a.skip, .progress = a.progress };
    int status = report(&a);
    if (status == LGC_EXIT_FAILED)
        lgc_cli_say("the report could not be made: out of memory or of space");
    else if (!hand_over(&a, fd))
        status = lgc_cli_unwritten("the report", errno);
    if (a.progress != NULL)
        munmap(a.progress, sizeof *a.progress);
    free(a.skip);
    close(a.fd);
    return status;
}
