/* SPDX-License-Identifier: MIT
 * suppress.c: hides the groups that a rule names.
 *
 * Thousands of rules meet tens of thousands of distinct names.  Two measures
 * keep that fast.  A name is looked at once, its answer kept.  And a rule is
 * tried only on names that hold four certain bytes of its pattern (its gram,
 * the one that fewest rules share): one pass over a name finds them all.
 */
#include "report/suppress.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "report/pattern.h"

enum { GRAM = 4, BUCKETS = 1 << 14, NO_RULE = -1 };

struct rule {
    char *pattern;          /* as written */
    int next;               /* the next one with this gram, or NO_RULE */
};

/* A name that was looked at, and the first rule that matches it. */
struct answer { const char *name; int rule; };

struct lgc_suppress {
    struct rule *rules;
    int nrules;
    int buckets[BUCKETS];   /* by hash of gram: the first rule */
    int without_gram;       /* the first rule too short to have one */
    struct answer *answers; /* open addressing, a power of two of them */
    size_t capacity, used;
};

struct lgc_suppress *lgc_suppress_new(void)
{
    return calloc(1, sizeof(struct lgc_suppress));
}

void lgc_suppress_free(struct lgc_suppress *s)
{
    if (s == NULL)
        return;
    for (int i = 0; i < s->nrules; i++)
        free(s->rules[i].pattern);
    free(s->rules);
    free(s->answers);
    free(s);
}

/* ---- reading rules ---------------------------------------------------- */

static bool add_rule(struct lgc_suppress *s, const char *pattern, size_t n)
{
    if ((s->nrules & (s->nrules - 1)) == 0) {
        size_t capacity = s->nrules == 0 ? 1 : 2 * (size_t)s->nrules;
        struct rule *bigger = reallocarray(s->rules, capacity, sizeof *bigger);
        if (bigger == NULL)
            return false;
        s->rules = bigger;
    }
    char *copy = strndup(pattern, n);
    if (copy == NULL)
        return false;
    s->rules[s->nrules++].pattern = copy;
    return true;
}

struct source {
    const char *origin;
    unsigned line;
    bool warned_of_type;
    lgc_suppress_warn_fn *warn;
    void *arg;
};

static void warn(struct source *source, const char *what, const char *line, size_t n)
{
    char text[512];
    snprintf(text, sizeof text, "suppressions: %s:%u: %s: %.*s", source->origin, source->line,
             what, (int)(n < 80 ? n : 80), line);
    if (source->warn != NULL)
        source->warn(source->arg, text);
}

/* One line without blanks at its ends.  (Valgrind's blocks will begin here,
 * with a line that is "{".) */
static bool read_line(struct lgc_suppress *s, struct source *source, const char *line, size_t n)
{
    static const char type[] = "leak:";
    const size_t skip = sizeof type - 1;
    if (n == 0 || *line == '#')
        return true;
    if (n > skip && memcmp(line, type, skip) == 0)
        return add_rule(s, line + skip, n - skip);
    if (n == skip && memcmp(line, type, skip) == 0)
        warn(source, "an empty pattern is ignored", line, n);
    else if (memchr(line, ':', n) == NULL)
        warn(source, "not a rule (leak:PATTERN)", line, n);
    else if (!source->warned_of_type) {
        source->warned_of_type = true;
        warn(source, "only rules of type leak are used; others are ignored", line, n);
    }
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

bool lgc_suppress_add(struct lgc_suppress *s, const char *text, const char *origin,
                      lgc_suppress_warn_fn *warn_fn, void *arg)
{
    struct source source = { .origin = origin, .warn = warn_fn, .arg = arg };
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        const char *line = text, *end = text + n;
        source.line++;
        while (line < end && is_blank(*line))
            line++;
        while (end > line && is_blank(end[-1]))
            end--;
        if (!read_line(s, &source, line, (size_t)(end - line)))
            return false;
        text += n + (text[n] == '\n');
    }
    return true;
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

/* ---- grams ------------------------------------------------------------ */

static unsigned bucket_of(const char *gram)
{
    uint32_t v;
    memcpy(&v, gram, sizeof v);
    return v * 2654435761u >> 18;       /* 14 bits for BUCKETS */
}

typedef void gram_fn(unsigned bucket, void *arg);

static void each_gram(const char *pattern, gram_fn *each, void *arg)
{
    size_t n = strlen(pattern);
    for (size_t i = 0; i + GRAM <= n; i++) {
        if (lgc_pattern_literal(pattern, pattern + i, GRAM))
            each(bucket_of(pattern + i), arg);
    }
}

static void count_gram(unsigned bucket, void *counts)
{
    ((unsigned *)counts)[bucket]++;
}

struct rarest { const unsigned *counts; int bucket; };

static void keep_rarest(unsigned bucket, void *arg)
{
    struct rarest *r = arg;
    if (r->bucket < 0 || r->counts[bucket] < r->counts[r->bucket])
        r->bucket = (int)bucket;
}

/* Chains are built from the last rule to the first, so each is in order. */
static bool index_rules(struct lgc_suppress *s)
{
    unsigned *counts = calloc(BUCKETS, sizeof *counts);
    if (counts == NULL)
        return false;
    for (int i = 0; i < BUCKETS; i++)
        s->buckets[i] = NO_RULE;
    s->without_gram = NO_RULE;
    for (int i = 0; i < s->nrules; i++)
        each_gram(s->rules[i].pattern, count_gram, counts);
    for (int i = s->nrules; i-- > 0; ) {
        struct rarest r = { counts, -1 };
        each_gram(s->rules[i].pattern, keep_rarest, &r);
        int *head = r.bucket < 0 ? &s->without_gram : &s->buckets[r.bucket];
        s->rules[i].next = *head;
        *head = i;
    }
    free(counts);
    return true;
}

/* ---- names and groups ------------------------------------------------- */

static int earlier(int a, int b)
{
    return a == NO_RULE || (b != NO_RULE && b < a) ? b : a;
}

/* The first rule of a chain that matches and stands before `best`. */
static int match_chain(const struct lgc_suppress *s, int rule, const char *name, int best)
{
    for (; rule != NO_RULE && (best == NO_RULE || rule < best); rule = s->rules[rule].next) {
        if (lgc_pattern_matches(s->rules[rule].pattern, name))
            return rule;
    }
    return best;
}

static int match_name(const struct lgc_suppress *s, const char *name)
{
    int best = match_chain(s, s->without_gram, name, NO_RULE);
    size_t n = strlen(name);
    for (size_t i = 0; i + GRAM <= n; i++)
        best = match_chain(s, s->buckets[bucket_of(name + i)], name, best);
    return best;
}

static struct answer *find_slot(struct answer *answers, size_t capacity, const char *name)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (const char *p = name; *p != '\0'; p++)
        h = (h ^ (unsigned char)*p) * 0x100000001b3u;
    size_t i = (h ^ h >> 29) & (capacity - 1);
    while (answers[i].name != NULL && strcmp(answers[i].name, name) != 0)
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
        if (s->answers[i].name != NULL)
            *find_slot(bigger, capacity, s->answers[i].name) = s->answers[i];
    }
    free(s->answers);
    s->answers = bigger;
    s->capacity = capacity;
    return true;
}

/* Lowers *best to the first rule that matches `name`, which may be NULL. */
static bool try_name(struct lgc_suppress *s, const char *name, int *best)
{
    if (name == NULL || *name == '\0')
        return true;
    if (!make_room(s))
        return false;
    struct answer *a = find_slot(s->answers, s->capacity, name);
    if (a->name == NULL) {
        *a = (struct answer){ name, match_name(s, name) };
        s->used++;
    }
    *best = earlier(*best, a->rule);
    return true;
}

static bool try_frame(struct lgc_suppress *s, const struct lgc_finding *finding,
                      const struct lgc_frame *frame, const struct lgc_symbolizer *symbolizer,
                      int *best)
{
    struct lgc_source sources[LGC_REPORT_MAX_INLINED];
    size_t n = symbolizer == NULL ? 0
             : symbolizer->resolve(symbolizer->arg, finding, frame, sources,
                                   LGC_REPORT_MAX_INLINED);
    if (frame->module < finding->nmodules
        && !try_name(s, finding->modules[frame->module].path, best))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!try_name(s, sources[i].function, best) || !try_name(s, sources[i].file, best))
            return false;
    }
    return true;
}

/* Names live as long as the symbolizer, answers only for one finding. */
static void forget_answers(struct lgc_suppress *s)
{
    free(s->answers);
    s->answers = NULL;
    s->capacity = s->used = 0;
}

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
    if (s->nrules == 0)
        return true;
    bool good = index_rules(s);
    for (size_t i = 0; good && i < finding->ngroups; i++) {
        struct lgc_group *g = &finding->groups[i];
        int best = NO_RULE;
        if (!hideable(g, kinds))
            continue;
        for (uint32_t k = 0; good && k < g->nframes; k++)
            good = try_frame(s, finding, &g->frames[k], symbolizer, &best);
        if (good && best != NO_RULE)
            g->suppressed_by = s->rules[best].pattern;
    }
    forget_answers(s);
    return good;
}
