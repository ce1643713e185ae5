/* SPDX-License-Identifier: MIT
 * rules.h: the suppressions of suppress.h, read and indexed.
 * For the files of this folder only.  Uses malloc; runs in the tool.
 *
 *   leak:PATTERN             { NAME
 *                              Memcheck:Leak
 *                              match-leak-kinds: KINDS
 *                              fun:GLOB | obj:GLOB | src:GLOB[:LINE] | ... }
 */
#ifndef LGC_REPORT_RULES_H
#define LGC_REPORT_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lgc_field { LGC_FIELD_FUN, LGC_FIELD_OBJ, LGC_FIELD_SRC, LGC_FIELD_DOTS };

/* One line of a block; text is NULL for "...". */
struct lgc_rule_frame { char *text; enum lgc_field field; unsigned line; };

struct lgc_rule {
    char *name;                     /* the pattern of "leak:", or the block's name */
    unsigned kinds;                 /* 1 << kind of the groups that it can hide */
    size_t nframes;                 /* 0: a rule "leak:", else a block       */
    struct lgc_rule_frame *frames;
};

/* What a name is looked up by: a "leak:" pattern, for names of every field; or
 * the frame of a block that is hardest to match. */
struct lgc_rule_key { uint32_t rule, frame; int next; };
enum { LGC_RULES_GRAM = 4, LGC_RULES_BUCKETS = 1 << 14, LGC_NO_RULE = -1 };

struct lgc_rules {
    struct lgc_rule *list;
    size_t n, room;
    /* of the index: */
    bool indexed;
    struct lgc_rule_key *keys;
    int buckets[LGC_RULES_BUCKETS]; /* by hash of gram: the first key        */
    int without_gram;               /* the first key too short to have one   */
    uint32_t *anywhere;             /* blocks without any key                */
    size_t nanywhere;
    uint64_t tries;                 /* patterns that were held against a name */
};

/* What is wrong with a rule, in one sentence; `text` is valid during the call. */
typedef void lgc_rules_warn_fn(void *arg, const char *text);

/* Adds the rules of a text; `origin` names it in warnings.  False: no memory. */
bool lgc_rules_read(struct lgc_rules *rules, const char *text, const char *origin,
                    lgc_rules_warn_fn *warn, void *arg);

/* Adds the rule, which owns its texts from then on (also on failure).  False: no memory. */
bool lgc_rules_add(struct lgc_rules *rules, struct lgc_rule *rule);
void lgc_rule_free(struct lgc_rule *rule);
void lgc_rules_free(struct lgc_rules *rules);

/* Prepares for lookups.  False: no memory. */
bool lgc_rules_index(struct lgc_rules *rules);

/* Finds the keys that match a name of a field: lowers *best to the first rule
 * "leak:" among them, and calls each(rule) for every block. */
typedef bool lgc_rules_block_fn(void *arg, uint32_t rule);  /* false: no memory */
bool lgc_rules_look_up(struct lgc_rules *rules, const char *name, enum lgc_field field,
                       int *best, lgc_rules_block_fn *each, void *arg);

/* One place of a stack; what is not known is NULL. */
struct lgc_rule_place { const char *function, *symbol, *file, *module; unsigned line; };

/* Whether a block's frames match the stack from its innermost place on. */
bool lgc_rules_block_matches(struct lgc_rules *rules, uint32_t rule,
                             const struct lgc_rule_place *places, size_t n);

/* Whether a name is one that memcheck gives the innermost frame: that of an
 * allocation function, which is none of a stack here. */
bool lgc_rules_is_allocator(const char *glob);

#endif
