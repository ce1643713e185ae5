/* SPDX-License-Identifier: MIT
 * packing.c: passes the chunks on, and appends what the stacks and the global
 * roots in them are called. */
#include "tool/packing.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "graph/pack.h"
#include "graph/read.h"
#include "graph/table.h"
#include "heapdump/write.h"
#include "tool/cli.h"
#include "tool/image.h"
#include "tool/names.h"
#include "tool/render.h"
#include "tool/symtab.h"

struct job {
    struct lgc_packing *packing;
    struct lgc_pack *pack;
    struct lgc_read read;
    struct lgc_heapdump_totals totals;
    struct lgc_table modules, groups, frames, slots; /* of what is to be named */
    uint64_t bytes;
    struct lgc_finding finding;  /* the same, as the symbolizer wants it     */
};

static void *room(struct job *j, struct lgc_table *t, size_t entry)
{
    void *place = lgc_table_add(t, entry, UINT64_MAX, &j->bytes);
    if (place == NULL)
        j->read.visitor.why = "out of memory";
    return place;
}

static char *keep(struct lgc_heapdump_text text)
{
    char *s = malloc(text.size + 1);
    if (s != NULL) {
        memcpy(s, text.at != NULL ? text.at : "", text.size);
        s[text.size] = '\0';
    }
    return s;
}

static bool on_module(void *arg, const struct lgc_heapdump_module *m)
{
    struct job *j = arg;
    struct lgc_module *out = room(j, &j->modules, sizeof *out);
    if (out == NULL)
        return false;
    *out = (struct lgc_module){ .start = m->start, .end = m->end, .bias = m->bias,
                                .path = keep(m->path), .unloaded = m->unloaded };
    if (m->build_id.size > 0)
        out->build_id = keep(m->build_id);
    return out->path != NULL;
}

/* frames points nowhere yet: it is the number of the first one, for the table
 * still moves. */
static bool add_group(struct job *j, const struct lgc_heapdump_pc *pc, size_t n)
{
    struct lgc_group *g = room(j, &j->groups, sizeof *g);
    if (g == NULL)
        return false;
    *g = (struct lgc_group){ .kind = LGC_KIND_DIRECT, .nframes = (uint32_t)n };
    for (size_t i = 0; i < n; i++) {
        struct lgc_frame *f = room(j, &j->frames, sizeof *f);
        if (f == NULL)
            return false;
        *f = (struct lgc_frame){ .pc = pc[i].pc, .module = LGC_NO_MODULE, .exact = pc[i].exact, .folded = pc[i].folded };
        if (pc[i].module > 0 && pc[i].module <= UINT32_MAX)
            f->module = (uint32_t)(pc[i].module - 1);
    }
    return true;
}

static bool on_site(void *arg, const struct lgc_heapdump_site *s)
{
    ((struct job *)arg)->totals.sites++;
    return add_group(arg, s->frames, s->nframes);
}

static bool on_frame(void *arg, const struct lgc_heapdump_frame *f)
{
    struct lgc_heapdump_pc pc = { .pc = f->pc, .module = f->module, .exact = f->exact };
    return add_group(arg, &pc, 1);
}

static bool on_root(void *arg, const struct lgc_heapdump_root *r)
{
    struct job *j = arg;
    j->totals.roots++;
    if (r->kind != LGC_HEAPDUMP_GLOBAL)
        return true;
    uint64_t *slot = room(j, &j->slots, sizeof *slot);
    if (slot != NULL)
        *slot = r->slot;
    return slot != NULL;
}

static bool on_object(void *arg, const struct lgc_heapdump_object *o)
{
    (void)o;
    ((struct job *)arg)->totals.objects++;
    return true;
}

static bool on_edge(void *arg, const struct lgc_heapdump_edge *e)
{
    (void)e;
    ((struct job *)arg)->totals.edges++;
    return true;
}

static bool refuse_names(void *arg, const struct lgc_heapdump_source *s)
{
    (void)s;
    ((struct job *)arg)->read.visitor.why = "it holds names already";
    return false;
}

static bool on_string(void *arg, struct lgc_heapdump_text text)
{
    (void)text;
    ((struct job *)arg)->totals.strings++;
    return true;
}

static bool on_end(void *arg, const struct lgc_heapdump_totals *t)
{
    struct job *j = arg;
    if (t->objects == j->totals.objects && t->edges == j->totals.edges)
        return true;
    j->read.visitor.why = "its totals are not what it holds";
    return false;
}

/* The end record comes later, with other totals. */
static bool on_chunk(void *arg, const uint8_t *raw, size_t size, enum lgc_heapdump_tag last)
{
    struct job *j = arg;
    if (last == LGC_HEAPDUMP_END || lgc_pack_chunk(j->pack, raw, size))
        return true;
    j->read.visitor.why = "it cannot be written";
    return false;
}

/* ---- names, in a child ------------------------------------------------ */

struct naming {
    struct job *job;
    struct lgc_names *names;     /* each text once                           */
    struct lgc_heapdump *writer;
};

/* [size u32][raw]... : this process takes them over from the child. */
static bool put_size_and_chunk(void *arg, const uint8_t *raw, size_t size)
{
    uint32_t n = (uint32_t)size;
    lgc_out_bytes(arg, &n, sizeof n);
    lgc_out_bytes(arg, raw, size);
    return !((struct lgc_out *)arg)->failed;
}

/* The number of a text plus one, as the file counts them; 0: it has none. */
static uint64_t number_of(struct naming *n, const char *text)
{
    uint64_t *number = text != NULL ? lgc_names_number(n->names, text) : NULL;
    if (number == NULL)
        return 0;
    if (*number == 0) {
        lgc_heapdump_string(n->writer, lgc_heapdump_text(text));
        *number = n->writer->totals.strings;
    }
    return *number;
}

static void name_frame(struct naming *n, const struct lgc_symbolizer *symbolizer,
                       const struct lgc_frame *frame)
{
    struct lgc_source source[LGC_REPORT_MAX_INLINED];
    size_t count = symbolizer->resolve(symbolizer->arg, &n->job->finding, frame, source,
                                       LGC_REPORT_MAX_INLINED);
    for (size_t i = 0; i < count; i++) {
        struct lgc_heapdump_source s = {
            .pc = frame->pc, .module = frame->module == LGC_NO_MODULE ? 0 : frame->module + 1ull,
            .exact = frame->exact, .inlined = source[i].inlined,
            .function = number_of(n, source[i].function), .file = number_of(n, source[i].file),
            .line = source[i].line, .column = source[i].column };
        lgc_heapdump_source(n->writer, &s);
    }
}

static int by_frame(const void *left, const void *right)
{
    const struct lgc_frame *a = left, *b = right;
    if (a->pc != b->pc)
        return a->pc < b->pc ? -1 : 1;
    if (a->module != b->module)
        return a->module < b->module ? -1 : 1;
    return (int)a->exact - (int)b->exact;
}

static int by_address(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

/* The variables of one module around slots[0..n), which are sorted. */
static void name_slots(struct naming *n, const struct lgc_module *m, const uint64_t *slots,
                       size_t count)
{
    Dwfl *dwfl = NULL;
    Dwfl_Module *image = lgc_image_open(m, NULL, &dwfl);
    struct lgc_symtab *symtab = image != NULL ? lgc_symtab_new_variables(image) : NULL;
    uint64_t done = 0;
    for (size_t i = 0; symtab != NULL && i < count; i++) {
        uint64_t start, end;
        if (slots[i] < done)
            continue;
        const char *name = lgc_symtab_range(symtab, slots[i] - m->bias, &start, &end);
        if (name == NULL)
            continue;
        struct lgc_heapdump_variable v = { start + m->bias, end - start, 0 };
        const char *plain = lgc_names_demangle(n->names, name);
        v.name = number_of(n, plain != NULL ? plain : name);
        lgc_heapdump_variable(n->writer, &v);
        done = end + m->bias;
    }
    lgc_symtab_free(symtab);
    dwfl_end(dwfl);
}

static void name_variables(struct naming *n, const struct lgc_symbol_settings *settings)
{
    uint64_t *slot = n->job->slots.at;
    size_t count = n->job->slots.n;
    const struct lgc_finding *f = &n->job->finding;
    if (count > 0)
        qsort(slot, count, sizeof *slot, by_address);
    for (uint32_t m = 0; m < f->nmodules; m++) {
        size_t from = 0, to;
        while (from < count && slot[from] < f->modules[m].start)
            from++;
        for (to = from; to < count && slot[to] < f->modules[m].end; to++)
            ;
        if (to == from || f->modules[m].unloaded || (settings->skip != NULL && settings->skip[m]))
            continue;
        if (settings->progress != NULL)
            settings->progress->module = m;
        name_slots(n, &f->modules[m], slot + from, to - from);
        if (settings->progress != NULL) {
            settings->progress->module = LGC_NO_MODULE;
            settings->progress->steps++;
        }
    }
}

static bool write_names(void *arg, struct lgc_out *out, const struct lgc_symbolizer *symbolizer,
                        const struct lgc_symbol_settings *settings)
{
    struct naming n = { .job = arg, .names = lgc_names_new(), .writer = malloc(sizeof *n.writer) };
    if (symbolizer == NULL)
        return true;             /* names there are none */
    bool ok = n.names != NULL && n.writer != NULL;
    if (ok) {
        struct lgc_frame *frame = n.job->frames.at;
        size_t count = n.job->frames.n;
        lgc_heapdump_begin(n.writer, put_size_and_chunk, out);
        if (count > 0)           /* the groups are not looked at any more */
            qsort(frame, count, sizeof *frame, by_frame);
        for (size_t i = 0; i < count; i++) {
            if (i == 0 || by_frame(&frame[i], &frame[i - 1]) != 0)
                name_frame(&n, symbolizer, &frame[i]);
        }
        name_variables(&n, settings);
        lgc_heapdump_flush(n.writer);
        ok = !n.writer->failed;
    }
    lgc_names_free(n.names);
    free(n.writer);
    return ok;
}

/* ---- and back in the parent ------------------------------------------- */

/* Takes one chunk of names from the child's file, checked as any input. */
static int take_chunk(struct job *j, FILE *from, uint8_t *raw)
{
    struct lgc_heapdump_visitor v = { .string = on_string, .arg = j };
    enum lgc_heapdump_tag last;
    uint32_t n;
    size_t at;
    if (fread(&n, sizeof n, 1, from) != 1)
        return 0;
    if (n > LGC_HEAPDUMP_BUFFER || fread(raw, 1, n, from) != n
        || !lgc_heapdump_decode(raw, n, &v, &at, &last) || !lgc_pack_chunk(j->pack, raw, n))
        return -1;
    return 1;
}

static void take_names(struct job *j, int fd)
{
    FILE *from = fdopen(dup(fd), "r");
    uint8_t *raw = malloc(LGC_HEAPDUMP_BUFFER);
    if (from != NULL && raw != NULL) {
        rewind(from);
        while (take_chunk(j, from, raw) == 1)
            ;
    }
    free(raw);
    if (from != NULL)
        fclose(from);
}

static void add_names(struct job *j)
{
    struct lgc_group *g = j->groups.at;
    const struct lgc_frame *f = j->frames.at;
    for (size_t i = 0; i < j->groups.n; i++) {
        g[i].frames = f;
        f += g[i].nframes;
    }
    j->finding = (struct lgc_finding){ .groups = g, .ngroups = j->groups.n,
                                       .modules = j->modules.at, .nmodules = j->modules.n };
    struct lgc_render render = { .finding = &j->finding, .format = "text", .style = { .kinds = ~0u },
                                 .symbolize = true, .debug_path = getenv("LEAKSGC_DEBUG_PATH"),
                                 .limit_ns = j->packing->limit_ns, .write = write_names,
                                 .arg = j };
    int fd = memfd_create("leaksgc-names", MFD_CLOEXEC);
    if (fd >= 0 && lgc_render(&render, fd) == LGC_EXIT_CLEAN)
        take_names(j, fd);
    if (fd >= 0)
        close(fd);
}

static bool put_end(struct job *j)
{
    struct lgc_heapdump *w = malloc(sizeof *w);
    bool ok = w != NULL;
    if (ok) {
        lgc_heapdump_begin(w, lgc_pack_chunk, j->pack);
        w->totals = j->totals;
        w->totals.modules = j->modules.n;
        ok = lgc_heapdump_end(w);
    }
    free(w);
    return ok;
}

static void free_all(struct job *j)
{
    struct lgc_module *m = j->modules.at;
    for (size_t i = 0; i < j->modules.n; i++) {
        free((char *)m[i].path);
        free((char *)m[i].build_id);
    }
    free(m);
    free(j->groups.at);
    free(j->frames.at);
    free(j->slots.at);
}

/* ---- interrupted ------------------------------------------------------ */

static char *volatile unfinished;

static void remove_unfinished(int sig)
{
    const char *path = unfinished;
    if (path != NULL)
        unlink(path);
    raise(sig);     /* by its default, when this returns */
}

static void watch(const char *path)
{
    static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
    const struct sigaction sa = { .sa_handler = remove_unfinished, .sa_flags = (int)SA_RESETHAND };
    struct sigaction old;
    unfinished = strdup(path);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (sigaction(ends[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(ends[i], &sa, NULL);
}

static void unwatch(void)
{
    char *path = unfinished;
    unfinished = NULL;
    free(path);
}

int lgc_packing_run(struct lgc_packing *p)
{
    struct job j = { .packing = p, .pack = lgc_pack_begin(p->output) };
    if (j.pack == NULL) {
        lgc_cli_say("cannot write %s: %s", p->output, strerror(errno));
        return LGC_EXIT_FAILED;
    }
    unsetenv("DEBUGINFOD_URLS");    /* libdwfl would ask the network */
    watch(lgc_pack_partial(j.pack));
    signal(SIGXFSZ, SIG_IGN);       /* an error, and the file goes away */
    j.read = (struct lgc_read){ .in = p->in, .chunk = on_chunk, .arg = &j,
        .visitor = { .module = on_module, .site = on_site, .frame = on_frame, .root = on_root,
                     .object = on_object, .edge = on_edge, .string = on_string,
                     .source = refuse_names, .end = on_end, .arg = &j } };
    bool ok = lgc_read_dump(&j.read);
    if (ok && p->symbolize)
        add_names(&j);
    ok = ok && put_end(&j);
    p->objects = j.totals.objects;
    p->edges = j.totals.edges;
    int error = lgc_pack_end(j.pack, ok);
    unwatch();
    free_all(&j);
    if (error != 0)
        lgc_cli_say("%s could not be written: %s; there is no such file now", p->output,
                    strerror(error));
    else if (!ok)
        lgc_cli_say("no heap dump %s was made: %s", p->output,
                    j.read.error[0] != '\0' ? j.read.error : "out of memory");
    return ok && error == 0 ? LGC_EXIT_CLEAN : LGC_EXIT_FAILED;
}
