/* SPDX-License-Identifier: MIT
 * rules.c: suppressions, and which of them a name can belong to.
 *
 * Thousands of rules meet tens of thousands of distinct names.  So a rule is
 * tried only on names that hold four certain bytes of its pattern (its gram,
 * the one that fewest rules share): one pass over a name finds them all.
 */
#include "report/rules.h"

#include <stdlib.h>
#include <string.h>

#include "report/pattern.h"

void lgc_rule_free(struct lgc_rule *rule)
{
    for (size_t i = 0; i < rule->nframes; i++)
        free(rule->frames[i].text);
    free(rule->frames);
    free(rule->name);
}

void lgc_rules_free(struct lgc_rules *rules)
{
    for (size_t i = 0; i < rules->n; i++)
        lgc_rule_free(&rules->list[i]);
    free(rules->list);
    free(rules->keys);
    free(rules->anywhere);
}

bool lgc_rules_add(struct lgc_rules *rules, struct lgc_rule *rule)
{
    if (rules->n == rules->room) {
        size_t room = rules->room == 0 ? 16 : 2 * rules->room;
        struct lgc_rule *bigger = reallocarray(rules->list, room, sizeof *bigger);
        if (bigger == NULL) {
            lgc_rule_free(rule);
            return false;
        }
        rules->list = bigger;
        rules->room = room;
    }
    rules->list[rules->n++] = *rule;
    rules->indexed = false;
    return true;
}

/* ---- grams ------------------------------------------------------------ */

static unsigned bucket_of(const char *gram)
{
    uint32_t v;
    memcpy(&v, gram, sizeof v);
    return v * 2654435761u >> 18;       /* 14 bits for LGC_RULES_BUCKETS */
}

typedef void gram_fn(unsigned bucket, uint32_t frame, void *arg);

static void each_gram(const char *pattern, bool glob, uint32_t frame, gram_fn *each, void *arg)
{
    size_t n = strlen(pattern);
    for (size_t i = 0; i + LGC_RULES_GRAM <= n; i++) {
        if (glob ? lgc_pattern_glob_literal(pattern + i, LGC_RULES_GRAM)
                 : lgc_pattern_literal(pattern, pattern + i, LGC_RULES_GRAM))
            each(bucket_of(pattern + i), frame, arg);
    }
}

/* The innermost frame of memcheck's, which is in no stack here. */
static bool is_allocation(const struct lgc_rule_frame *f)
{
    if (f->text == NULL)
        return false;
    return f->field == LGC_FIELD_FUN ? lgc_rules_is_allocator(f->text)
                                     : strstr(f->text, "vgpreload") != NULL;
}

/* No key are a bare star, which matches what has no name too, and a block's
 * first line if it names the allocation function. */
static bool is_key(const struct lgc_rule *rule, size_t frame)
{
    const struct lgc_rule_frame *f = &rule->frames[frame];
    return f->text != NULL && strcmp(f->text, "*") != 0
        && (frame > 0 || !is_allocation(f));
}

static void each_gram_of(const struct lgc_rule *rule, gram_fn *each, void *arg)
{
    if (rule->nframes == 0)
        each_gram(rule->name, false, 0, each, arg);
    for (size_t i = 0; i < rule->nframes; i++) {
        if (is_key(rule, i))
            each_gram(rule->frames[i].text, true, (uint32_t)i, each, arg);
    }
}

static void count_gram(unsigned bucket, uint32_t frame, void *counts)
{
    (void)frame;
    ((unsigned *)counts)[bucket]++;
}

struct rarest { const unsigned *counts; int bucket; uint32_t frame; };

static void keep_rarest(unsigned bucket, uint32_t frame, void *arg)
{
    struct rarest *r = arg;
    if (r->bucket < 0 || r->counts[bucket] < r->counts[r->bucket]) {
        r->bucket = (int)bucket;
        r->frame = frame;
    }
}

/* The frame to look a block up by if none has a gram; nframes: there is none. */
static uint32_t any_key(const struct lgc_rule *rule)
{
    size_t i = 0;
    while (i < rule->nframes && !is_key(rule, i))
        i++;
    return (uint32_t)i;
}

static void add_key(struct lgc_rules *rules, uint32_t index, const unsigned *counts)
{
    const struct lgc_rule *rule = &rules->list[index];
    struct rarest r = { counts, -1, 0 };
    each_gram_of(rule, keep_rarest, &r);
    if (r.bucket < 0 && rule->nframes > 0) {
        r.frame = any_key(rule);
        if (r.frame == rule->nframes) {
            rules->anywhere[rules->nanywhere++] = index;
            return;
        }
    }
    int *head = r.bucket < 0 ? &rules->without_gram : &rules->buckets[r.bucket];
    rules->keys[index] = (struct lgc_rule_key){ index, r.frame, *head };
    *head = (int)index;
}

/* Chains are built from the last rule to the first, so each is in order. */
bool lgc_rules_index(struct lgc_rules *rules)
{
    if (rules->indexed)
        return true;
    free(rules->keys);
    free(rules->anywhere);
    rules->nanywhere = 0;
    unsigned *counts = calloc(LGC_RULES_BUCKETS, sizeof *counts);
    rules->keys = calloc(rules->n + 1, sizeof *rules->keys);
    rules->anywhere = calloc(rules->n + 1, sizeof *rules->anywhere);
    rules->indexed = counts != NULL && rules->keys != NULL && rules->anywhere != NULL;
    for (int i = 0; i < LGC_RULES_BUCKETS; i++)
        rules->buckets[i] = LGC_NO_RULE;
    rules->without_gram = LGC_NO_RULE;
    for (size_t i = 0; rules->indexed && i < rules->n; i++)
        each_gram_of(&rules->list[i], count_gram, counts);
    for (size_t i = rules->n; rules->indexed && i-- > 0; )
        add_key(rules, (uint32_t)i, counts);
    free(counts);
    return rules->indexed;
}

/* ---- one frame -------------------------------------------------------- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* A file is named with its folder or without, as memcheck does. */
static bool matches_name(const struct lgc_rule_frame *f, const char *name)
{
    return lgc_pattern_glob(f->text, name)
        || (f->field == LGC_FIELD_SRC && lgc_pattern_glob(f->text, base_name(name)));
}

static bool frame_matches(struct lgc_rules *rules, const struct lgc_rule_frame *f,
                          const struct lgc_rule_place *p)
{
    const char *name = f->field == LGC_FIELD_FUN ? p->function
                     : f->field == LGC_FIELD_OBJ ? p->module : p->file;
    rules->tries++;
    if (f->field == LGC_FIELD_SRC && f->line != 0 && f->line != p->line)
        return false;
    /* A bare star is also what stands for "not known". */
    if (name == NULL && (f->field != LGC_FIELD_FUN || p->symbol == NULL))
        return strcmp(f->text, "*") == 0;
    return (name != NULL && matches_name(f, name))
        || (f->field == LGC_FIELD_FUN && p->symbol != NULL && lgc_pattern_glob(f->text, p->symbol));
}

/* As a shell matches a name: what follows "..." is tried ever further down.
 * The outermost places of a stack need no frame of the block. */
static bool frames_match(struct lgc_rules *rules, const struct lgc_rule_frame *frames,
                         size_t nframes, const struct lgc_rule_place *places, size_t n)
{
    size_t f = 0, p = 0, retry_f = nframes, retry_p = 0;
    while (f < nframes) {
        if (frames[f].text == NULL) {
            retry_f = ++f;
            retry_p = p;
        } else if (p < n && frame_matches(rules, &frames[f], &places[p])) {
            f++;
            p++;
        } else if (retry_f < nframes && retry_p < n) {
            f = retry_f;
            p = ++retry_p;
        } else {
            return false;
        }
    }
    return true;
}

bool lgc_rules_is_allocator(const char *glob)
{
    static const char *const names[] = {
        "malloc", "calloc", "realloc", "memalign", "posix_memalign", "aligned_alloc", "valloc",
        "pvalloc", "reallocarray", "_Znwm", "_Znam", "_ZnwmRKSt9nothrow_t", "_ZnamRKSt9nothrow_t",
        "_ZnwmSt11align_val_t", "_ZnamSt11align_val_t", "_ZnwmSt11align_val_tRKSt9nothrow_t",
        "_ZnamSt11align_val_tRKSt9nothrow_t", "operator new(unsigned long)",
        "operator new[](unsigned long)",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (lgc_pattern_glob(glob, names[i]))
            return true;
    }
    return false;
}

bool lgc_rules_block_matches(struct lgc_rules *rules, uint32_t rule,
                             const struct lgc_rule_place *places, size_t n)
{
    const struct lgc_rule *r = &rules->list[rule];
    size_t skip = is_allocation(&r->frames[0]);
    return frames_match(rules, r->frames + skip, r->nframes - skip, places, n);
}

/* ---- names ------------------------------------------------------------ */

static bool try_chain(struct lgc_rules *rules, int key, const char *name, enum lgc_field field,
                      int *best, lgc_rules_block_fn *each, void *arg)
{
    for (; key != LGC_NO_RULE; key = rules->keys[key].next) {
        const struct lgc_rule_key *k = &rules->keys[key];
        const struct lgc_rule *r = &rules->list[k->rule];
        bool block = r->nframes > 0;
        if (block ? r->frames[k->frame].field != field
                  : *best != LGC_NO_RULE && (int)k->rule >= *best)
            continue;
        rules->tries++;
        if (!block && lgc_pattern_matches(r->name, name))
            *best = (int)k->rule;
        if (block && matches_name(&r->frames[k->frame], name) && !each(arg, k->rule))
            return false;
    }
    return true;
}

bool lgc_rules_look_up(struct lgc_rules *rules, const char *name, enum lgc_field field,
                       int *best, lgc_rules_block_fn *each, void *arg)
{
    size_t n = strlen(name);
    bool good = try_chain(rules, rules->without_gram, name, field, best, each, arg);
    for (size_t i = 0; good && i + LGC_RULES_GRAM <= n; i++)
        good = try_chain(rules, rules->buckets[bucket_of(name + i)], name, field, best, each, arg);
    return good;
}
