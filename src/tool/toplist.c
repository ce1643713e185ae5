/* SPDX-License-Identifier: MIT
 * toplist.c: the sites of a finding as one line each, with names.
 *
 * Names come from a child process, as for reports (tool/render.c), and are
 * kept: a monitor asks for the same stacks again and again. */
#include "tool/toplist.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/address.h"
#include "dump/read.h"
#include "tool/cli.h"
#include "tool/secret.h"
#include "tool/symbol.h"
#include "tool/worker.h"

enum { LABEL_FRAMES = 3, LIMIT_SECONDS = 10 };

/* A stack and what it is called; in a tree of search.h. */
struct known { uint64_t stack; char label[LGC_TOPLIST_LABEL]; char *frames; };

static int by_stack(const void *x, const void *y)
{
    const struct known *a = x, *b = y;
    return a->stack < b->stack ? -1 : a->stack > b->stack;
}

/* FNV-1a over the addresses: the same process, so the same stack. */
static uint64_t hash(const struct lgc_group *g)
{
    uint64_t h = 14695981039346656037u;
    for (uint32_t i = 0; i < g->nframes; i++)
        h = (h ^ g->frames[i].pc) * 1099511628211u;
    return h;
}

static void free_known(void *p)
{
    struct known *k = p;
    free(k->frames);
    free(k);
}

static const struct known *find(struct lgc_toplist *s, uint64_t stack)
{
    struct known key = { .stack = stack };
    struct known **found = tfind(&key, &s->known, by_stack);
    return found != NULL ? *found : NULL;
}

static void keep(struct lgc_toplist *s, uint64_t stack, const char *label, const char *frames)
{
    struct known *k = find(s, stack) == NULL ? calloc(1, sizeof *k) : NULL;
    if (k == NULL)
        return;
    k->stack = stack;
    snprintf(k->label, sizeof k->label, "%s", label);
    k->frames = frames != NULL ? strdup(frames) : NULL;
    if (tsearch(k, &s->known, by_stack) == NULL)
        free_known(k);
}

/* ---- one label -------------------------------------------------------- */

static const char *base_name(const char *path)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    return slash != NULL ? slash + 1 : path;
}

static void put_address(FILE *out, uint64_t address)
{
    uint64_t shown;
    if (lgc_address_shown(address, &shown))
        fprintf(out, "0x%llx", (unsigned long long)shown);
    else
        fputs(LGC_ADDRESS_HIDDEN, out);
}

static void put_frame(FILE *out, const struct lgc_finding *f, const struct lgc_frame *frame,
                      const struct lgc_symbolizer *symbolizer, bool with_line)
{
    struct lgc_source source[LGC_REPORT_MAX_INLINED];
    size_t n = symbolizer == NULL ? 0 : symbolizer->resolve(symbolizer->arg, f, frame, source,
                                                             LGC_REPORT_MAX_INLINED);
    if (n > 0 && source[0].function != NULL) {
        fputs(source[0].function, out);
        if (with_line && source[0].file != NULL)
            fprintf(out, " %s:%u", base_name(source[0].file), source[0].line);
    } else if (frame->module < f->nmodules) {
        const struct lgc_module *m = &f->modules[frame->module];
        fprintf(out, "%s+0x%llx", m->path != NULL ? base_name(m->path) : "?",
                (unsigned long long)(frame->pc - m->bias));
    } else {
        put_address(out, frame->pc);
    }
}

static void put_source(FILE *out, const struct lgc_source *s)
{
    fprintf(out, "%s", s->function != NULL ? s->function : "?");
    if (s->file != NULL)
        fprintf(out, "  %s:%u", s->file, s->line);
    fputs(s->inlined ? "  (inlined)\n" : "\n", out);
}

/* What does not fit is left out. */
static void put_frames(char frames[LGC_TOPLIST_FRAMES], const struct lgc_finding *f, const struct lgc_group *g,
                       const struct lgc_symbolizer *symbolizer)
{
    FILE *out = fmemopen(frames, LGC_TOPLIST_FRAMES, "w");
    frames[0] = '\0';
    if (out == NULL)
        return;
    for (uint32_t i = 0; i < g->nframes; i++) {
        struct lgc_source source[LGC_REPORT_MAX_INLINED];
        size_t n = symbolizer == NULL ? 0 : symbolizer->resolve(symbolizer->arg, f, &g->frames[i], source,
                                                                 LGC_REPORT_MAX_INLINED);
        fprintf(out, "#%u  ", i);
        if (n == 0 || source[0].function == NULL) {
            put_frame(out, f, &g->frames[i], NULL, false);
            fputc('\n', out);
            continue;
        }
        for (size_t k = 0; k < n; k++) {
            if (k > 0)
                fputs("    ", out);
            put_source(out, &source[k]);
        }
    }
    fclose(out);
    frames[LGC_TOPLIST_FRAMES - 1] = '\0';
}

static void put_label(char label[LGC_TOPLIST_LABEL], const struct lgc_finding *f,
                      const struct lgc_group *g, const struct lgc_symbolizer *symbolizer)
{
    FILE *out = fmemopen(label, LGC_TOPLIST_LABEL, "w");
    label[0] = '\0';
    if (out == NULL)
        return;
    if (g->nframes == 0)
        fputs("(unknown stack)", out);
    for (uint32_t i = 0; i < g->nframes && i < LABEL_FRAMES; i++) {
        if (i > 0)
            fputs(" < ", out);
        put_frame(out, f, &g->frames[i], symbolizer, i == 0);
    }
    fclose(out);
    label[LGC_TOPLIST_LABEL - 1] = '\0';
    for (char *p = label; *p != '\0'; p++)
        if ((unsigned char)*p < ' ' || *p == 127)
            *p = '?';
}

/* ---- all that are not known ------------------------------------------- */

struct job {
    const struct lgc_finding *finding;
    struct lgc_toplist *sites;
    char (*label)[LGC_TOPLIST_LABEL]; /* shared with the child                 */
    char (*frames)[LGC_TOPLIST_FRAMES]; /* the same, or NULL                   */
    uint64_t end_ns;
};

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* In the child: only what is new is looked up. */
static int work(void *arg)
{
    struct job *job = arg;
    struct lgc_finding part = *job->finding;
    struct lgc_symbol_settings settings = { .debug_path = getenv("LEAKSGC_DEBUG_PATH"),
                                            .deadline_ns = job->end_ns };
    size_t *index = calloc(part.ngroups + 1, sizeof *index);
    part.groups = calloc(part.ngroups + 1, sizeof *part.groups);
    if (index == NULL || part.groups == NULL)
        return 1;
    part.ngroups = 0;
    for (size_t i = 0; i < job->finding->ngroups; i++) {
        if (find(job->sites, hash(&job->finding->groups[i])) != NULL)
            continue;
        index[part.ngroups] = i;
        part.groups[part.ngroups++] = job->finding->groups[i];
    }
    struct lgc_symbol *symbol = lgc_symbol_new(&part, &settings);
    if (symbol == NULL)
        return 1;
    lgc_symbol_all(symbol, ~0u);
    struct lgc_symbolizer symbolizer = lgc_symbol_symbolizer(symbol);
    for (size_t i = 0; i < part.ngroups; i++) {
        put_label(job->label[index[i]], &part, &part.groups[i], &symbolizer);
        if (job->frames != NULL)
            put_frames(job->frames[index[i]], &part, &part.groups[i], &symbolizer);
    }
    return 0;
}

static bool stuck(void *arg)
{
    return now_ns() > ((struct job *)arg)->end_ns + 1000000000u;
}

static bool all_known(struct lgc_toplist *s, const struct lgc_finding *f)
{
    for (size_t i = 0; i < f->ngroups; i++)
        if (find(s, hash(&f->groups[i])) == NULL)
            return false;
    return true;
}

/* What is not touched takes no memory. */
static void *shared(size_t n, size_t size)
{
    void *p = mmap(NULL, (n + 1) * size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static void learn(struct lgc_toplist *s, const struct lgc_finding *f)
{
    struct job job = { f, s, NULL, NULL, now_ns() + LIMIT_SECONDS * 1000000000ull };
    if (all_known(s, f))
        return;
    unsetenv("DEBUGINFOD_URLS");    /* libdwfl would ask the network */
    job.label = shared(f->ngroups, sizeof *job.label);
    if (job.label == NULL)
        return;
    if (s->whole)
        job.frames = shared(f->ngroups, sizeof *job.frames);
    fflush(NULL);
    lgc_worker_run(work, stuck, &job);
    for (size_t i = 0; i < f->ngroups; i++)
        if (job.label[i][0] != '\0')
            keep(s, hash(&f->groups[i]), job.label[i], job.frames != NULL ? job.frames[i] : NULL);
    munmap(job.label, (f->ngroups + 1) * sizeof *job.label);
    if (job.frames != NULL)
        munmap(job.frames, (f->ngroups + 1) * sizeof *job.frames);
}

/* ---- reading ---------------------------------------------------------- */

static struct lgc_finding *read_finding(const char *path)
{
    char why[256];
    FILE *in = fopen(path, "re");
    struct lgc_finding *f = NULL;
    if (in == NULL) {
        lgc_cli_say("cannot read the answer: %s", strerror(errno));
        return NULL;
    }
    f = lgc_dump_read(in, why, sizeof why);
    if (f == NULL)
        lgc_cli_say("the answer of the process cannot be read: %s", why);
    fclose(in);
    return f;
}

int lgc_toplist_read(struct lgc_toplist *s, const char *path)
{
    struct lgc_finding *f = read_finding(path);
    if (f == NULL)
        return LGC_EXIT_FAILED;
    if (f->encode)
        lgc_secret_encode(NULL);
    learn(s, f);
    free(s->row);
    s->n = 0;
    s->row = calloc(f->ngroups + 1, sizeof *s->row);
    if (s->row == NULL) {
        lgc_dump_free(f);
        return lgc_cli_no_memory();
    }
    for (size_t i = 0; i < f->ngroups; i++) {
        struct lgc_toplist_row *r = &s->row[s->n++];
        r->stack = hash(&f->groups[i]);
        const struct known *k = find(s, r->stack);
        r->frames = k != NULL ? k->frames : NULL;
        r->bytes = f->groups[i].amount.bytes;
        r->objects = f->groups[i].amount.objects;
        r->held_bytes = f->groups[i].held.bytes;
        r->held_objects = f->groups[i].held.objects;
        r->time_ns = f->groups[i].first_time_ns;
        r->kind = (uint8_t)f->groups[i].kind;
        r->section = (uint8_t)f->groups[i].section;
        if (k != NULL)
            memcpy(r->label, k->label, sizeof r->label);
        else
            put_label(r->label, f, &f->groups[i], NULL);
    }
    lgc_dump_free(f);
    return 0;
}

void lgc_toplist_free(struct lgc_toplist *s)
{
    free(s->row);
    tdestroy(s->known, free_known);
    memset(s, 0, sizeof *s);
}
