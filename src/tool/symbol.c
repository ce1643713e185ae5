/* SPDX-License-Identifier: MIT
 * symbol.c: frames of a finding -> functions and lines, each address once. */
#include "tool/symbol.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tool/dwarf.h"
#include "tool/image.h"
#include "tool/names.h"
#include "tool/places.h"
#include "tool/symtab.h"

struct module_symbols {
    bool tried;
    Dwfl *dwfl;
    Dwfl_Module *module;        /* NULL: there is no file for it */
    struct lgc_dwarf *dwarf;
    struct lgc_symtab *symtab;
    struct lgc_places *places;
};

struct answer {
    struct answer *next;
    uint64_t address;           /* in the file, of the instruction itself */
    uint32_t module;
    uint32_t n;
    struct lgc_source sources[];
};

struct lgc_symbol {
    const struct lgc_finding *finding;
    const struct lgc_symbol_settings *settings;
    struct module_symbols *modules;
    struct lgc_names *names;
    struct answer **buckets;
    size_t nbuckets;            /* a power of two */
    bool late;
};

/* Room for all frames: no growing, and no more than the finding itself. */
static size_t count_buckets(const struct lgc_finding *finding)
{
    size_t frames = 0, n = 1024;
    for (size_t i = 0; i < finding->ngroups; i++)
        frames += finding->groups[i].nframes;
    while (n < frames && n < 1u << 20)
        n *= 2;
    return n;
}

struct lgc_symbol *lgc_symbol_new(const struct lgc_finding *finding,
                                  const struct lgc_symbol_settings *settings)
{
    struct lgc_symbol *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->finding = finding;
    s->settings = settings;
    s->nbuckets = count_buckets(finding);
    s->buckets = calloc(s->nbuckets, sizeof *s->buckets);
    s->modules = calloc(finding->nmodules + 1, sizeof *s->modules);
    s->names = lgc_names_new();
    if (s->buckets != NULL && s->modules != NULL && s->names != NULL)
        return s;
    lgc_symbol_free(s);
    return NULL;
}

void lgc_symbol_free(struct lgc_symbol *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; s->modules != NULL && i < s->finding->nmodules; i++) {
        lgc_dwarf_free(s->modules[i].dwarf);
        lgc_symtab_free(s->modules[i].symtab);
        lgc_places_free(s->modules[i].places);
        dwfl_end(s->modules[i].dwfl);
    }
    for (size_t i = 0; s->buckets != NULL && i < s->nbuckets; i++) {
        for (struct answer *a = s->buckets[i], *next; a != NULL; a = next) {
            next = a->next;
            free(a);
        }
    }
    free(s->modules);
    free(s->buckets);
    lgc_names_free(s->names);
    free(s);
}

static bool past_deadline(struct lgc_symbol *s)
{
    struct timespec now;
    if (s->late || s->settings->deadline_ns == 0)
        return s->late;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    s->late = ns >= s->settings->deadline_ns;
    return s->late;
}

/* The files are opened when a frame first needs them: a finding may name
 * hundreds of modules that take no part in any leak. */
static struct module_symbols *open_module(struct lgc_symbol *s, uint32_t index)
{
    struct module_symbols *m = &s->modules[index];
    if (!m->tried) {
        m->tried = true;
        m->module = lgc_image_open(&s->finding->modules[index], s->settings->debug_path,
                                   &m->dwfl);
        if (m->module != NULL) {
            m->dwarf = lgc_dwarf_new(m->module, s->names);
            m->symtab = lgc_symtab_new(m->module);
            m->places = lgc_places_new(m->module);
        }
    }
    return m;
}

/* The name as it was written: DWARF, too, has no word of ".constprop.0". */
static const char *without_clone(struct lgc_symbol *s, const char *name)
{
    const char *clone = strstr(name, " [clone ");
    char *cut = clone != NULL ? strndup(name, (size_t)(clone - name)) : NULL;
    if (cut == NULL)
        return name;
    const char *kept = lgc_names_keep(s->names, cut);
    free(cut);
    return kept != NULL ? kept : name;
}

/* True if a demangled symbol can be that of the function.  Equal functions may
 * share their code, which then has a symbol of only one of them. */
static bool names_function(const char *symbol, const char *bare_name)
{
    char name[256];
    bool is_operator = strncmp(bare_name, "operator", 8) == 0;  /* written in many ways */
    size_t n = is_operator ? 8 : strcspn(bare_name, "<");
    if (n == 0 || n >= sizeof name)
        return false;
    memcpy(name, bare_name, n);
    name[n] = '\0';
    return strstr(symbol, name) != NULL;
}

/* The mangled symbol of a function of which DWARF has no mangled name; NULL if
 * there is none: in C the name in DWARF is the better one. */
static const char *better_name(struct lgc_symbol *s, struct module_symbols *m,
                               const struct lgc_dwarf_outermost *outermost)
{
    if (outermost->bare_name == NULL || m->symtab == NULL)
        return NULL;
    const char *symbol = lgc_symtab_find(m->symtab, outermost->start);
    if (symbol == NULL || strncmp(symbol, "_Z", 2) != 0)
        return NULL;
    const char *name = lgc_names_demangle(s->names, symbol);
    return name != NULL && names_function(name, outermost->bare_name) ? without_clone(s, name)
                                                                      : NULL;
}

/* DWARF knows the programmer's name, inlined functions and lines.  Where it
 * has no mangled name (what other files cannot see, by gcc) the symbol says
 * more: the parameters, and which lambda it is. */
static size_t look_up(struct lgc_symbol *s, struct module_symbols *m, uint64_t address,
                      struct lgc_source *out, size_t max)
{
    struct lgc_dwarf_outermost outermost = { NULL, 0 };
    size_t n = m->dwarf != NULL ? lgc_dwarf_resolve(m->dwarf, address, out, max, &outermost) : 0;
    const char *name = better_name(s, m, &outermost);
    if (name == NULL && (n == 0 || out[n - 1].function == NULL)) {
        const char *symbol = m->symtab != NULL ? lgc_symtab_find(m->symtab, address) : NULL;
        name = symbol != NULL ? lgc_names_demangle(s->names, symbol) : NULL;
    }
    if (name == NULL)
        return n;
    if (n == 0)
        out[n++] = (struct lgc_source){ 0 };
    out[n - 1].function = name;
    return n;
}

static struct answer *ask(struct lgc_symbol *s, uint32_t module, uint64_t address)
{
    struct lgc_source sources[LGC_REPORT_MAX_INLINED];
    struct lgc_symbol_progress *progress = s->settings->progress;
    size_t n = 0;
    if (progress != NULL) {
        progress->module = module;
        progress->steps++;
    }
    struct module_symbols *m = open_module(s, module);
    if (lgc_places_find(m->places, address, s->names, sources))
        n = 1;
    else if (m->module != NULL)
        n = look_up(s, m, address, sources, LGC_REPORT_MAX_INLINED);
    for (size_t i = 0; i < n; i++)
        sources[i].symbol = sources[i].function != NULL
                          ? lgc_names_mangled(s->names, sources[i].function) : NULL;
    if (progress != NULL)
        progress->module = LGC_NO_MODULE;
    struct answer *a = malloc(sizeof *a + n * sizeof a->sources[0]);
    if (a == NULL)
        return NULL;
    *a = (struct answer){ .address = address, .module = module, .n = (uint32_t)n };
    memcpy(a->sources, sources, n * sizeof sources[0]);
    return a;
}

/* NULL: nothing can be said of this frame (any more). */
static const struct answer *find(struct lgc_symbol *s, const struct lgc_frame *frame)
{
    uint32_t module = frame->module;
    if (module >= s->finding->nmodules
        || (s->settings->skip != NULL && s->settings->skip[module]))
        return NULL;
    /* A return address may be the first of the next line, or function. */
    uint64_t address = frame->pc - s->finding->modules[module].bias - (frame->exact ? 0 : 1);
    uint64_t h = (address + (uint64_t)module * 0x9e3779b9u) * 0x9e3779b97f4a7c15u;
    struct answer **bucket = &s->buckets[h >> 40 & (s->nbuckets - 1)];
    for (const struct answer *a = *bucket; a != NULL; a = a->next) {
        if (a->address == address && a->module == module)
            return a;
    }
    if (past_deadline(s))
        return NULL;
    struct answer *a = ask(s, module, address);
    if (a != NULL) {
        a->next = *bucket;
        *bucket = a;
    }
    return a;
}

size_t lgc_symbol_all(struct lgc_symbol *s, unsigned kinds)
{
    size_t unknown = 0;
    for (size_t i = 0; i < s->finding->ngroups; i++) {
        const struct lgc_group *g = &s->finding->groups[i];
        for (uint32_t k = 0; k < g->nframes && (kinds >> g->kind & 1) != 0; k++) {
            if (find(s, &g->frames[k]) == NULL && s->late)
                unknown++;
        }
    }
    return unknown;
}

static size_t resolve(void *arg, const struct lgc_finding *finding,
                      const struct lgc_frame *frame, struct lgc_source *out, size_t max)
{
    struct lgc_symbol *s = arg;
    const struct answer *a = finding == s->finding ? find(s, frame) : NULL;
    if (a == NULL)
        return 0;
    size_t n = a->n < max ? a->n : max;
    memcpy(out, a->sources, n * sizeof *out);
    return n;
}

struct lgc_symbolizer lgc_symbol_symbolizer(struct lgc_symbol *s)
{
    return (struct lgc_symbolizer){ .resolve = resolve, .arg = s };
}
