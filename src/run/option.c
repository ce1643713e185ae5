/* SPDX-License-Identifier: MIT
 * option.c: the option table, and the parser of "name=value:name=value". */
#include "run/option.h"

#include <signal.h>
#include <string.h>

#include "base/num.h"
#include "find/finding.h"
#include "report/report.h"

struct row { struct lgc_option_info info; size_t offset; };

static const struct row table[] = {
#define OPTION(name, type, def, help) \
    { { #name, LGC_OPTION_##type, def, help }, offsetof(struct lgc_options, name) },
#include "run/option.def"
#undef OPTION
};
enum { TABLE_SIZE = sizeof table / sizeof table[0] };

/* By type: the name that help shows, and what a bad value is told. */
static const struct { const char *name, *wanted; } types[] = {
    [LGC_OPTION_BOOL]     = { "BOOL",     "0 or 1 is wanted" },
    [LGC_OPTION_COUNT]    = { "COUNT",    "a number is wanted" },
    [LGC_OPTION_SIZE]     = { "SIZE",     "a size is wanted, as 4096, 64k, 2M or 1G" },
    [LGC_OPTION_DURATION] = { "DURATION", "a time is wanted, as 250ms, 30s, 5m or 1h" },
    [LGC_OPTION_TEXT]     = { "TEXT",     "the text is too long" },
    [LGC_OPTION_KINDS]    = { "KINDS",    "a list of direct, indirect, possible, reachable, all, "
                                          "none is wanted" },
    [LGC_OPTION_FORMAT]   = { "FORMAT",   "there is no such report format" },
    [LGC_OPTION_CODE]     = { "CODE",     "a number from 0 to 255 is wanted" },
    [LGC_OPTION_FRAMES]   = { "FRAMES",   "a number from 1 to 256 is wanted" },
    [LGC_OPTION_RECLAIM]  = { "RECLAIM",  "off, quarantine or free is wanted" },
    [LGC_OPTION_SNAPSHOT] = { "SNAPSHOT", "auto, fork or stop is wanted" },
    [LGC_OPTION_STYLE]    = { "STYLE",    "no, valgrind or lsan is wanted" },
    [LGC_OPTION_SIGNAL]   = { "SIGNAL",   "a signal that can be caught is wanted, as USR1, RTMIN+3 "
                                          "or 10" },
};

const struct lgc_option_info *lgc_option_info(unsigned index)
{
    return index < TABLE_SIZE ? &table[index].info : NULL;
}

static bool same_name(const char *name, const char *given)
{
    for (; *name != '\0'; name++, given++) {
        if (*name != (*given == '-' ? '_' : *given))
            return false;
    }
    return *given == '\0';
}

static const struct row *find_row(const char *name)
{
    for (unsigned i = 0; i < TABLE_SIZE; i++) {
        if (same_name(table[i].info.name, name))
            return &table[i];
    }
    return NULL;
}

const struct lgc_option_info *lgc_option_find(const char *name)
{
    const struct row *row = find_row(name);
    return row != NULL ? &row->info : NULL;
}

const char *lgc_option_type_name(enum lgc_option_type type)
{
    return types[type].name;
}

static bool read_kind(const char *name, size_t n, uint64_t *kinds)
{
    static const struct { const char *name; uint64_t bits; } known[] = {
        { "direct",    1u << LGC_KIND_DIRECT },
        { "definite",  1u << LGC_KIND_DIRECT },     /* valgrind's word */
        { "indirect",  1u << LGC_KIND_INDIRECT },
        { "possible",  1u << LGC_KIND_POSSIBLE },
        { "reachable", 1u << LGC_KIND_REACHABLE },
        { "all",       (1u << LGC_KIND_COUNT) - 1 },
        { "none",      0 },
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strlen(known[i].name) == n && memcmp(known[i].name, name, n) == 0) {
            *kinds |= known[i].bits;
            return true;
        }
    }
    return false;
}

static bool read_kinds(const char *text, uint64_t *kinds)
{
    uint64_t all = 0;
    for (;;) {
        size_t n = strcspn(text, ",");
        if (!read_kind(text, n, &all))
            return false;
        if (text[n] == '\0')
            break;
        text += n + 1;
    }
    *kinds = all;
    return true;
}

static bool read_range(const char *text, uint64_t least, uint64_t most, uint64_t *value)
{
    uint64_t v;
    if (!lgc_num_count(text, &v) || v < least || v > most)
        return false;
    *value = v;
    return true;
}

/* The place of the word among `n`. */
static bool read_word(const char *text, const char *const *words, size_t n, uint64_t *value)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(text, words[i]) == 0) {
            *value = i;
            return true;
        }
    }
    return false;
}

/* In the order of enum lgc_suggest; yes and all are valgrind's own words. */
static bool read_style(const char *text, uint64_t *value)
{
    static const char *const words[] = { "no", "valgrind", "lsan" };
    bool flag;
    if (read_word(text, words, 3, value))
        return true;
    if (strcmp(text, "all") != 0 && !lgc_num_bool(text, &flag))
        return false;
    *value = strcmp(text, "all") == 0 || flag ? LGC_SUGGEST_VALGRIND : LGC_SUGGEST_NO;
    return true;
}

/* USR1, SIGUSR1, RTMIN+3 or a number.  Not those that cannot be caught, nor
 * those that say that the program itself has gone wrong. */
static bool read_signal(const char *text, uint64_t *value)
{
    static const int refused[] = { SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP,
                                   SIGABRT, SIGSYS };
    uint64_t n = 0;
    if (!lgc_num_count(text, &n)) {
        if (strncmp(text, "SIG", 3) == 0)
            text += 3;
        if (strncmp(text, "RTMIN+", 6) == 0) {
            if (!lgc_num_count(text + 6, &n))
                return false;
            n += n < 64 ? (uint64_t)SIGRTMIN : 0;
        }
        for (int i = 1; n == 0 && i < SIGRTMIN; i++) {
            const char *name = sigabbrev_np(i);
            if (name != NULL && strcmp(name, text) == 0)
                n = (uint64_t)i;
        }
        if (n == 0)
            return false;
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (n == (uint64_t)refused[i])
            return false;
    }
    /* The top four are this library's; 32 and 33 are libc's. */
    if (n > (uint64_t)SIGRTMAX - 4 || n == 32 || n == 33)
        return false;
    *value = n;
    return true;
}

static bool copy_text(char *to, size_t size, const char *text)
{
    size_t n = strlen(text);
    if (n >= size)
        return false;
    memcpy(to, text, n + 1);
    return true;
}

static bool store(struct lgc_options *options, const struct row *row, const char *text)
{
    static const char *const ways[] = { "auto", "fork", "stop" };
    static const char *const reclaims[] = { "off", "quarantine", "free" };
    void *member = (char *)options + row->offset;
    uint64_t *number = member;
    bool flag;
    switch (row->info.type) {
    case LGC_OPTION_BOOL:
        if (!lgc_num_bool(text, &flag))
            return false;
        *number = flag;
        return true;
    case LGC_OPTION_COUNT:    return lgc_num_count(text, number);
    case LGC_OPTION_SIZE:     return lgc_num_size(text, number);
    case LGC_OPTION_DURATION: return lgc_num_duration(text, number);
    case LGC_OPTION_CODE:     return read_range(text, 0, 255, number);
    case LGC_OPTION_FRAMES:   return read_range(text, 1, 256, number);
    case LGC_OPTION_RECLAIM:  return read_word(text, reclaims, 3, number);
    case LGC_OPTION_SNAPSHOT: return read_word(text, ways, 3, number);
    case LGC_OPTION_STYLE:    return read_style(text, number);
    case LGC_OPTION_SIGNAL:   return read_signal(text, number);
    case LGC_OPTION_KINDS:    return read_kinds(text, number);
    case LGC_OPTION_TEXT:     return copy_text(member, LGC_OPTION_TEXT_MAX, text);
    case LGC_OPTION_FORMAT:
        return lgc_report_format_known(text)
            && copy_text(member, sizeof options->format, text);
    }
    return false;
}

void lgc_option_defaults(struct lgc_options *options)
{
    memset(options, 0, sizeof *options);
    lgc_option_fill(options);
}

void lgc_option_fill(struct lgc_options *zero)
{
    for (unsigned i = 0; i < TABLE_SIZE; i++)
        if (table[i].info.def[0] != '\0')
            store(zero, &table[i], table[i].info.def);
}

bool lgc_option_set(struct lgc_options *options, const char *name, const char *value,
                    lgc_option_bad_fn *bad, void *arg)
{
    const struct row *row = find_row(name);
    const char *why = "there is no option of this name";
    if (row != NULL) {
        if (store(options, row, value))
            return true;
        why = types[row->info.type].wanted;
    }
    if (bad != NULL)
        bad(arg, name, value, why);
    return false;
}

/* ---- the parser ------------------------------------------------------- */

struct item {
    char name[64];
    char value[LGC_OPTION_TEXT_MAX];
    bool has_value;
    const char *why;       /* what is wrong with it, or NULL */
};

static bool is_separator(char c)
{
    return c != '\0' && strchr(": ,\t\r\n", c) != NULL;
}

static size_t name_length(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
}

/* A comma belongs to the value unless a new "name=" (or the end, or another
 * separator) follows it. */
static const char *value_end(const char *p)
{
    while (*p != '\0' && (*p == ',' || !is_separator(*p))) {
        if (*p != ',') {
            p++;
            continue;
        }
        const char *next = p + strspn(p, ",");
        size_t n = name_length(next);
        if (*next == '\0' || is_separator(*next) || (n > 0 && next[n] == '='))
            break;
        p = next;
    }
    return p;
}

/* Appends text[0..n) to a buffer that holds *used bytes; what does not fit is
 * cut off and remembered as an error. */
static void append(struct item *item, char *to, size_t size, size_t *used,
                   const char *text, size_t n)
{
    size_t room = size - 1 - *used;
    if (n > room) {
        item->why = "it is too long";
        n = room;
    }
    memcpy(to + *used, text, n);
    *used += n;
    to[*used] = '\0';
}

static const char *read_quoted(struct item *item, const char *p, size_t *used)
{
    while (*p == '\'' || *p == '"') {
        const char *end = strchr(p + 1, *p);
        size_t n = end != NULL ? (size_t)(end - p - 1) : strlen(p + 1);
        append(item, item->value, sizeof item->value, used, p + 1, n);
        p += 1 + n;
        if (end == NULL)
            item->why = "its quote is not closed";
        else
            p++;
    }
    return p;
}

static const char *read_value(struct item *item, const char *p)
{
    size_t used = 0;
    const char *start = p;
    p = read_quoted(item, p, &used);
    bool quoted = p > start;
    start = p;
    p = value_end(p);
    if (quoted && p > start)
        item->why = "text follows its closing quote";
    append(item, item->value, sizeof item->value, &used, start, (size_t)(p - start));
    return p;
}

static const char *read_item(struct item *item, const char *p)
{
    size_t used = 0;
    item->value[0] = '\0';
    item->why = NULL;
    size_t n = 0;
    while (p[n] != '\0' && p[n] != '=' && !is_separator(p[n]))
        n++;
    append(item, item->name, sizeof item->name, &used, p, n);
    if (item->why != NULL)
        item->why = "there is no option of this name";
    p += n;
    item->has_value = *p == '=';
    if (item->has_value)
        return read_value(item, p + 1);
    if (item->why == NULL)
        item->why = lgc_option_find(item->name) != NULL ? "it needs a value: name=value"
                                                        : "there is no option of this name";
    return p;
}

void lgc_option_parse(struct lgc_options *options, const char *text,
                      lgc_option_bad_fn *bad, void *arg)
{
    struct item item;
    while (text != NULL && *text != '\0') {
        if (is_separator(*text)) {
            text++;
            continue;
        }
        text = read_item(&item, text);
        if (item.why == NULL)
            lgc_option_set(options, item.name, item.value, bad, arg);
        else if (bad != NULL)
            bad(arg, item.name, item.has_value ? item.value : NULL, item.why);
    }
}

void lgc_option_print_help(struct lgc_out *out, const char *prefix)
{
    for (unsigned i = 0; i < TABLE_SIZE; i++) {
        const struct lgc_option_info *o = &table[i].info;
        uint64_t start = out->total;
        lgc_out_f(out, "  %s%s=%s", prefix, o->name, lgc_option_type_name(o->type));
        do
            lgc_out_char(out, ' ');
        while (out->total - start < 34);
        lgc_out_f(out, "%s (default: %s)\n", o->help, *o->def != '\0' ? o->def : "empty");
    }
}
