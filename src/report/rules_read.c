/* SPDX-License-Identifier: MIT
 * rules_read.c: reads suppressions: LSan's lines and valgrind's blocks, also
 * in one file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find/finding.h"
#include "report/rules.h"

struct source {
    const char *rest;               /* of the text                           */
    const char *line;               /* without blanks at its ends            */
    size_t n;
    unsigned number;
    const char *origin;
    bool warned_of_type, warned_of_tool;
    lgc_rules_warn_fn *warn;
    void *arg;
};

static void complain(const struct source *s, unsigned number, const char *what, const char *text,
                     size_t n)
{
    char message[512];
    snprintf(message, sizeof message, "suppressions: %s:%u: %s%s%.*s", s->origin, number, what,
             n > 0 ? ": " : "", (int)(n < 80 ? n : 80), text);
    if (s->warn != NULL)
        s->warn(s->arg, message);
}

static void complain_of_line(const struct source *s, const char *what)
{
    complain(s, s->number, what, s->line, s->n);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* The next line that is neither empty nor a comment.  False: there is none. */
static bool next_line(struct source *s)
{
    while (*s->rest != '\0') {
        size_t n = strcspn(s->rest, "\n");
        const char *begin = s->rest, *end = begin + n;
        s->rest += n + (s->rest[n] == '\n');
        s->number++;
        while (begin < end && is_blank(*begin))
            begin++;
        while (end > begin && is_blank(end[-1]))
            end--;
        s->line = begin;
        s->n = (size_t)(end - begin);
        if (s->n > 0 && *s->line != '#')
            return true;
    }
    return false;
}

static bool is_line(const struct source *s, const char *text)
{
    return strlen(text) == s->n && memcmp(s->line, text, s->n) == 0;
}

static bool begins(const struct source *s, const char *text)
{
    return strlen(text) <= s->n && memcmp(s->line, text, strlen(text)) == 0;
}

/* ---- LSan's lines ----------------------------------------------------- */

static bool read_leak(struct lgc_rules *rules, struct source *s)
{
    static const size_t skip = sizeof "leak:" - 1;
    struct lgc_rule rule = { .kinds = ~0u };
    if (begins(s, "leak:") && s->n > skip) {
        rule.name = strndup(s->line + skip, s->n - skip);
        return rule.name != NULL && lgc_rules_add(rules, &rule);
    }
    if (begins(s, "leak:"))
        complain_of_line(s, "an empty pattern is ignored");
    else if (memchr(s->line, ':', s->n) == NULL)
        complain_of_line(s, "not a rule (leak:PATTERN, or a block in { })");
    else if (!s->warned_of_type) {
        s->warned_of_type = true;
        complain_of_line(s, "only rules of type leak are used; others are ignored");
    }
    return true;
}

/* ---- valgrind's blocks ------------------------------------------------ */

/* "tool,tool:kind" */
static bool is_leak_of_memcheck(const struct source *s)
{
    const char *colon = memchr(s->line, ':', s->n), *end = s->line + s->n;
    if (colon == NULL)
        return false;
    const char *kind = colon + 1;
    while (kind < end && is_blank(*kind))
        kind++;
    if ((size_t)(end - kind) != 4 || memcmp(kind, "Leak", 4) != 0)
        return false;
    for (const char *tool = s->line; tool < colon; ) {
        size_t n = strcspn(tool, ",:");
        if ((n == 8 && memcmp(tool, "Memcheck", 8) == 0) || (n == 1 && *tool == '*'))
            return true;
        tool += n + 1;
    }
    return false;
}

static bool read_kinds(const char *text, const char *end, unsigned *kinds)
{
    static const struct { const char *word; unsigned bits; } words[] = {
        { "definite",  1u << LGC_KIND_DIRECT },
        { "indirect",  1u << LGC_KIND_INDIRECT },
        { "possible",  1u << LGC_KIND_POSSIBLE },
        { "reachable", 1u << LGC_KIND_REACHABLE },
        { "all",       ~0u },
        { "none",      0 },
    };
    *kinds = 0;
    while (text < end) {
        size_t i = 0, n = 0;
        while (text < end && (is_blank(*text) || *text == ','))
            text++;
        while (text + n < end && !is_blank(text[n]) && text[n] != ',')
            n++;
        while (i < 6 && (strlen(words[i].word) != n || memcmp(words[i].word, text, n) != 0))
            i++;
        if (i == 6)
            return false;
        *kinds |= words[i].bits;
        text += n;
    }
    return true;
}

static bool add_frame(struct lgc_rule *rule, enum lgc_field field, const char *text, size_t n,
                      unsigned line)
{
    if ((rule->nframes & (rule->nframes - 1)) == 0) {
        size_t room = rule->nframes == 0 ? 1 : 2 * rule->nframes;
        struct lgc_rule_frame *bigger = reallocarray(rule->frames, room, sizeof *bigger);
        if (bigger == NULL)
            return false;
        rule->frames = bigger;
    }
    char *copy = field != LGC_FIELD_DOTS ? strndup(text, n) : NULL;
    if (copy == NULL && field != LGC_FIELD_DOTS)
        return false;
    rule->frames[rule->nframes++] = (struct lgc_rule_frame){ copy, field, line };
    return true;
}

/* "file.c:12": the line, if there is one, is taken off. */
static unsigned take_line(const char *text, size_t *n)
{
    size_t i = *n;
    unsigned long line = 0;
    while (i > 0 && text[i - 1] >= '0' && text[i - 1] <= '9')
        i--;
    if (i == *n || i < 2 || text[i - 1] != ':')
        return 0;
    for (size_t k = i; k < *n && line < 100000000; k++)
        line = line * 10 + (unsigned long)(text[k] - '0');
    *n = i - 1;
    return (unsigned)line;
}

enum outcome { GOOD, BAD, NO_MEMORY };

static enum outcome read_frame(const struct source *s, struct lgc_rule *rule)
{
    const char *text = s->line + 4;
    size_t n = s->n > 4 ? s->n - 4 : 0;
    enum lgc_field field = begins(s, "fun:") ? LGC_FIELD_FUN : begins(s, "obj:") ? LGC_FIELD_OBJ
                         : begins(s, "src:") ? LGC_FIELD_SRC : LGC_FIELD_DOTS;
    if (is_line(s, "..."))
        return add_frame(rule, LGC_FIELD_DOTS, NULL, 0, 0) ? GOOD : NO_MEMORY;
    while (n > 0 && is_blank(*text)) {
        text++;
        n--;
    }
    if (field == LGC_FIELD_DOTS || n == 0) {
        complain_of_line(s, "no frame (fun:, obj:, src: or ...); its block is ignored");
        return BAD;
    }
    unsigned line = field == LGC_FIELD_SRC ? take_line(text, &n) : 0;
    return add_frame(rule, field, text, n, line) ? GOOD : NO_MEMORY;
}

/* The lines up to "}". */
static enum outcome read_body(struct source *s, struct lgc_rule *rule, unsigned opened)
{
    static const char kinds[] = "match-leak-kinds:";
    enum outcome outcome = GOOD;
    while (next_line(s)) {
        if (is_line(s, "}"))
            return outcome;
        if (outcome != GOOD)
            continue;
        if (begins(s, kinds) && rule->nframes == 0) {
            if (!read_kinds(s->line + strlen(kinds), s->line + s->n, &rule->kinds)) {
                complain_of_line(s, "no kinds of leaks (definite, indirect, possible, reachable, "
                                 "all, none); its block is ignored");
                outcome = BAD;
            }
        } else {
            outcome = read_frame(s, rule);
        }
    }
    complain(s, opened, "this block has no end; it is ignored", "", 0);
    return outcome == NO_MEMORY ? NO_MEMORY : BAD;
}

/* Name and kind; a name may look like anything but the end. */
static enum outcome read_head(struct source *s, struct lgc_rule *rule, unsigned opened)
{
    if (next_line(s) && !is_line(s, "}")) {
        rule->name = strndup(s->line, s->n);
        if (rule->name == NULL)
            return NO_MEMORY;
        if (next_line(s) && !is_line(s, "}"))
            return GOOD;
    }
    complain(s, opened, "this block has no name, or no kind; it is ignored", "", 0);
    return BAD;
}

/* The line with the kind. */
static bool is_ours(struct source *s)
{
    if (is_leak_of_memcheck(s))
        return true;
    if (memchr(s->line, ':', s->n) == NULL)
        complain_of_line(s, "no kind of error (Memcheck:Leak); its block is ignored");
    else if (!s->warned_of_tool) {
        s->warned_of_tool = true;
        complain_of_line(s, "only blocks of kind Memcheck:Leak are used; others are ignored");
    }
    return false;
}

static void skip_body(struct source *s, unsigned opened)
{
    while (next_line(s)) {
        if (is_line(s, "}"))
            return;
    }
    complain(s, opened, "this block has no end; it is ignored", "", 0);
}

static bool read_block(struct lgc_rules *rules, struct source *s)
{
    struct lgc_rule rule = { .kinds = ~0u };
    unsigned opened = s->number;
    enum outcome outcome = read_head(s, &rule, opened);
    if (outcome == GOOD && is_ours(s)) {
        outcome = read_body(s, &rule, opened);
    } else if (outcome == GOOD) {
        skip_body(s, opened);
        outcome = BAD;
    }
    if (outcome == GOOD && rule.nframes > 0)
        return lgc_rules_add(rules, &rule);
    if (outcome == GOOD)
        complain(s, opened, "this block has no frames; it is ignored", "", 0);
    lgc_rule_free(&rule);
    return outcome != NO_MEMORY;
}

bool lgc_rules_read(struct lgc_rules *rules, const char *text, const char *origin,
                    lgc_rules_warn_fn *warn, void *arg)
{
    struct source s = { .rest = text, .origin = origin, .warn = warn, .arg = arg };
    while (next_line(&s)) {
        if (is_line(&s, "}"))
            complain_of_line(&s, "no block to end here");
        else if (!(is_line(&s, "{") ? read_block(rules, &s) : read_leak(rules, &s)))
            return false;
    }
    return true;
}
