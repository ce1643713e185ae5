/* SPDX-License-Identifier: MIT
 * suppress.c: hides the groups that a rule names, and what hangs on them. */
#include "report/suppress.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "report/rules.h"

/* A name that was looked at: the first rule "leak:" that matches it, and the
 * blocks that it may belong to. */
struct answer {
    const char *name;
    enum lgc_field field;
    int best;
    size_t first, n;                /* of `blocks`                           */
};

struct lgc_suppress {
    struct lgc_rules rules;
    struct answer *answers;         /* open addressing, a power of two of them */
    size_t capacity, used;
    uint32_t *blocks;               /* of all answers                        */
    size_t nblocks, blocks_room;
    struct lgc_rule_place *places;  /* of the group at hand                  */
    size_t nplaces, places_room;
    struct lgc_group *groups;       /* given to the finding                  */
};

struct lgc_suppress *lgc_suppress_new(void)
{
    return calloc(1, sizeof(struct lgc_suppress));
}

void lgc_suppress_free(struct lgc_suppress *s)
{
    if (s == NULL)
        return;
    lgc_rules_free(&s->rules);
    free(s->answers);
    free(s->blocks);
    free(s->places);
    free(s->groups);
    free(s);
}

bool lgc_suppress_add(struct lgc_suppress *s, const char *text, const char *origin,
                      lgc_suppress_warn_fn *warn, void *arg)
{
    return lgc_rules_read(&s->rules, text, origin, warn, arg);
}

bool lgc_suppress_add_file(struct lgc_suppress *s, const char *path,
                           lgc_suppress_warn_fn *warn_fn, void *arg)
{
    FILE *in = fopen(path, "re");
    if (in == NULL)
        return false;
    char *text = NULL;
    size_t size = 0;
    ssize_t n = getdelim(&text, &size, '\0', in);    /* -1: an empty file, too */
    bool good = n >= 0 || !ferror(in);
    int saved = errno;
    fclose(in);
    if (n >= 0 && !lgc_suppress_add(s, text, path, warn_fn, arg)) {
        saved = ENOMEM;
        good = false;
    }
    free(text);
    errno = saved;
    return good;
}

uint64_t lgc_suppress_tries(const struct lgc_suppress *s)
{
    return s->rules.tries;
}

/* ---- names: each is looked at once ------------------------------------ */

static struct answer *find_slot(struct answer *answers, size_t capacity, const char *name,
                                enum lgc_field field)
{
    uint64_t h = 0xcbf29ce484222325u + field;
    for (const char *p = name; *p != '\0'; p++)
        h = (h ^ (unsigned char)*p) * 0x100000001b3u;
    size_t i = (h ^ h >> 29) & (capacity - 1);
    while (answers[i].name != NULL
           && (answers[i].field != field || strcmp(answers[i].name, name) != 0))
        i = (i + 1) & (capacity - 1);
    return &answers[i];
}

static bool make_room(struct lgc_suppress *s)
{
    if (2 * s->used < s->capacity)
        return true;
    size_t capacity = s->capacity == 0 ? 1024 : 2 * s->capacity;
    struct answer *bigger = calloc(capacity, sizeof *bigger);
    if (bigger == NULL)
        return false;
    for (size_t i = 0; i < s->capacity; i++) {
        const struct answer *a = &s->answers[i];
        if (a->name != NULL)
            *find_slot(bigger, capacity, a->name, a->field) = *a;
    }
    free(s->answers);
    s->answers = bigger;
    s->capacity = capacity;
    return true;
}

/* Array of at least n + 1, twice as large as before; NULL: no memory. */
static void *enlarge(void *array, size_t n, size_t *room, size_t element)
{
    if (n < *room)
        return array;
    size_t more = *room == 0 ? 256 : 2 * *room;
    void *bigger = reallocarray(array, more, element);
    if (bigger != NULL)
        *room = more;
    return bigger;
}

static bool add_block(void *arg, uint32_t rule)
{
    struct lgc_suppress *s = arg;
    uint32_t *bigger = enlarge(s->blocks, s->nblocks, &s->blocks_room, sizeof *bigger);
    if (bigger == NULL)
        return false;
    s->blocks = bigger;
    s->blocks[s->nblocks++] = rule;
    return true;
}

static const struct answer *ask(struct lgc_suppress *s, const char *name, enum lgc_field field)
{
    if (!make_room(s))
        return NULL;
    struct answer *a = find_slot(s->answers, s->capacity, name, field);
    if (a->name == NULL) {
        struct answer fresh = { name, field, LGC_NO_RULE, s->nblocks, 0 };
        if (!lgc_rules_look_up(&s->rules, name, field, &fresh.best, add_block, s))
            return NULL;
        fresh.n = s->nblocks - fresh.first;
        *a = fresh;
        s->used++;
    }
    return a;
}

/* Names live as long as the symbolizer, answers only for one finding. */
static void forget_answers(struct lgc_suppress *s)
{
    free(s->answers);
    s->answers = NULL;
    s->capacity = s->used = s->nblocks = 0;
}

/* ---- one group -------------------------------------------------------- */

static bool add_place(struct lgc_suppress *s, const struct lgc_source *source, const char *module)
{
    struct lgc_rule_place *bigger = enlarge(s->places, s->nplaces, &s->places_room, sizeof *bigger);
    if (bigger == NULL)
        return false;
    s->places = bigger;
    s->places[s->nplaces++] = (struct lgc_rule_place){
        source->function, source->symbol, source->file, module, source->line };
    return true;
}

static bool read_stack(struct lgc_suppress *s, const struct lgc_finding *finding,
                       const struct lgc_group *g, const struct lgc_symbolizer *symbolizer)
{
    static const struct lgc_source nothing;
    s->nplaces = 0;
    for (uint32_t k = 0; k < g->nframes; k++) {
        const struct lgc_frame *frame = &g->frames[k];
        struct lgc_source sources[LGC_REPORT_MAX_INLINED];
        size_t n = symbolizer == NULL ? 0
                 : symbolizer->resolve(symbolizer->arg, finding, frame, sources,
                                       LGC_REPORT_MAX_INLINED);
        const char *module = frame->module < finding->nmodules
                           ? finding->modules[frame->module].path : NULL;
        for (size_t i = 0; i < n || i == 0; i++) {
            if (!add_place(s, i < n ? &sources[i] : &nothing, module))
                return false;
        }
    }
    return true;
}

static bool names_rule(const struct lgc_suppress *s, const struct lgc_group *g, uint32_t rule)
{
    return g->section == LGC_SECTION_THREAD || (s->rules.list[rule].kinds >> g->kind & 1) != 0;
}

static void try_block(struct lgc_suppress *s, const struct lgc_group *g, uint32_t rule, int *best)
{
    if ((*best == LGC_NO_RULE || (int)rule < *best) && names_rule(s, g, rule)
        && lgc_rules_block_matches(&s->rules, rule, s->places, s->nplaces))
        *best = (int)rule;
}

/* Lowers *best to the first rule that a name of the stack leads to. */
static bool try_name(struct lgc_suppress *s, const struct lgc_group *g, const char *name,
                     enum lgc_field field, int *best)
{
    if (name == NULL || *name == '\0')
        return true;
    const struct answer *a = ask(s, name, field);
    if (a == NULL)
        return false;
    if (a->best != LGC_NO_RULE && (*best == LGC_NO_RULE || a->best < *best))
        *best = a->best;
    for (size_t i = 0; i < a->n; i++)
        try_block(s, g, s->blocks[a->first + i], best);
    return true;
}

/* The same place again, as in a recursion, has nothing new to say. */
static bool repeats(const struct lgc_suppress *s, size_t i)
{
    return i > 0 && memcmp(&s->places[i], &s->places[i - 1], sizeof s->places[i]) == 0;
}

static bool find_rule(struct lgc_suppress *s, const struct lgc_finding *finding,
                      const struct lgc_group *g, const struct lgc_symbolizer *symbolizer, int *best)
{
    bool good = read_stack(s, finding, g, symbolizer);
    for (size_t i = 0; good && i < s->rules.nanywhere; i++)
        try_block(s, g, s->rules.anywhere[i], best);
    for (size_t i = 0; good && i < s->nplaces; i++) {
        const struct lgc_rule_place *p = &s->places[i];
        if (repeats(s, i))
            continue;
        good = try_name(s, g, p->module, LGC_FIELD_OBJ, best)
            && try_name(s, g, p->function, LGC_FIELD_FUN, best)
            && (p->symbol == p->function || try_name(s, g, p->symbol, LGC_FIELD_FUN, best))
            && try_name(s, g, p->file, LGC_FIELD_SRC, best);
    }
    return good;
}

/* ---- what hangs on hidden groups -------------------------------------- */

struct numbered { uint32_t number; const char *hidden_by; };

static int by_number(const void *x, const void *y)
{
    const struct numbered *a = x, *b = y;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* The groups that others hang on, sorted by number. */
static struct numbered *holders(const struct lgc_finding *f, size_t *n)
{
    struct numbered *list = calloc(f->ngroups + 1, sizeof *list);
    *n = 0;
    for (size_t i = 0; list != NULL && i < f->ngroups; i++) {
        if (f->groups[i].number != 0 && f->groups[i].suppressed_by != NULL)
            list[(*n)++] = (struct numbered){ f->groups[i].number, f->groups[i].suppressed_by };
    }
    if (list != NULL)
        qsort(list, *n, sizeof *list, by_number);
    return list;
}

/* What is left when a part goes; numbers that do not fit never wrap around. */
static void take(struct lgc_amount *from, const struct lgc_amount *part)
{
    from->bytes -= part->bytes < from->bytes ? part->bytes : from->bytes;
    from->objects -= part->objects < from->objects ? part->objects : from->objects;
}

static void limit(struct lgc_amount *a, const struct lgc_amount *most)
{
    a->bytes = a->bytes < most->bytes ? a->bytes : most->bytes;
    a->objects = a->objects < most->objects ? a->objects : most->objects;
}

/* The part of a group that hangs on one hidden group becomes a hidden group of
 * its own, behind all others; the whole group is hidden as it is. */
static void hide_part(struct lgc_finding *f, size_t index, const struct lgc_hang *hang,
                      const char *rule)
{
    struct lgc_group *g = &f->groups[index];
    if (g->suppressed_by != NULL || hang->amount.objects == 0)
        return;
    if (hang->amount.objects >= g->amount.objects) {
        g->suppressed_by = rule;
        return;
    }
    struct lgc_group *part = &f->groups[f->ngroups++];
    *part = *g;
    part->suppressed_by = rule;
    part->nhangs = 0;
    limit(&part->amount, &hang->amount);
    part->fresh = (struct lgc_amount){ 0, 0 };
    take(&g->amount, &part->amount);
    limit(&g->fresh, &g->amount);
}

/* Makes room for every part that there can be. */
static bool copy_groups(struct lgc_suppress *s, struct lgc_finding *f)
{
    size_t most = f->ngroups;
    for (size_t i = 0; i < f->ngroups; i++)
        most += f->groups[i].nhangs;
    struct lgc_group *groups = calloc(most + 1, sizeof *groups);
    if (groups == NULL)
        return false;
    if (f->ngroups > 0)
        memcpy(groups, f->groups, f->ngroups * sizeof *groups);
    free(s->groups);
    f->groups = s->groups = groups;
    return true;
}

static bool hide_hanging(struct lgc_suppress *s, struct lgc_finding *f)
{
    size_t n, ngroups = f->ngroups;
    struct numbered *hidden = holders(f, &n);
    bool good = hidden != NULL && (n == 0 || copy_groups(s, f));
    for (size_t i = 0; good && n > 0 && i < ngroups; i++) {
        for (uint32_t k = 0; k < f->groups[i].nhangs; k++) {
            const struct lgc_hang *hang = &f->groups[i].hangs[k];
            struct numbered wanted = { hang->number, NULL };
            struct numbered *holder = bsearch(&wanted, hidden, n, sizeof wanted, by_number);
            if (holder != NULL)
                hide_part(f, i, hang, holder->hidden_by);
        }
    }
    free(hidden);
    return good;
}

/* ---- all groups ------------------------------------------------------- */

/* What was done to the program's memory, or taken back, is never hidden. */
static bool hideable(const struct lgc_group *g, unsigned kinds)
{
    if (g->section == LGC_SECTION_LOSS)
        return (kinds >> g->kind & 1) != 0;
    return g->section == LGC_SECTION_SUSPECT || g->section == LGC_SECTION_THREAD;
}

bool lgc_suppress_apply(struct lgc_suppress *s, struct lgc_finding *finding,
                        const struct lgc_symbolizer *symbolizer, unsigned kinds)
{
    if (s->rules.n == 0)
        return true;
    bool good = lgc_rules_index(&s->rules);
    for (size_t i = 0; good && i < finding->ngroups; i++) {
        struct lgc_group *g = &finding->groups[i];
        int best = LGC_NO_RULE;
        if (!hideable(g, kinds))
            continue;
        good = find_rule(s, finding, g, symbolizer, &best);
        if (good && best != LGC_NO_RULE)
            g->suppressed_by = s->rules.list[best].name;
    }
    forget_answers(s);
    return good && hide_hanging(s, finding);
}
