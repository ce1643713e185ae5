/* SPDX-License-Identifier: MIT
 * option.h: the options of run/option.def as a struct, and their parser.
 * No malloc, no stdio: read before the first allocation. */
#ifndef LGC_RUN_OPTION_H
#define LGC_RUN_OPTION_H

#include "base/out.h"

enum lgc_option_type {
    LGC_OPTION_BOOL, LGC_OPTION_COUNT, LGC_OPTION_SIZE, LGC_OPTION_DURATION,
    LGC_OPTION_TEXT, LGC_OPTION_KINDS, LGC_OPTION_FORMAT, LGC_OPTION_CODE,
    LGC_OPTION_FRAMES, LGC_OPTION_SNAPSHOT, LGC_OPTION_RECLAIM, LGC_OPTION_STYLE, LGC_OPTION_SIGNAL
};

/* The values of the types that are one of a few words. */
enum lgc_way { LGC_WAY_AUTO, LGC_WAY_FORK, LGC_WAY_STOP };
enum lgc_reclaim { LGC_RECLAIM_OFF, LGC_RECLAIM_QUARANTINE, LGC_RECLAIM_FREE };

enum { LGC_OPTION_TEXT_MAX = 4096 };

/* Every value is a uint64_t, but for TEXT and FORMAT, which are char arrays:
 * nothing here points into the environment.  The texts come last, so that the
 * pages of those that nobody sets are never touched. */
struct lgc_options {
#define LGC_MEMBER_BOOL(name)     uint64_t name;
#define LGC_MEMBER_COUNT(name)    uint64_t name;
#define LGC_MEMBER_SIZE(name)     uint64_t name;
#define LGC_MEMBER_DURATION(name) uint64_t name;
#define LGC_MEMBER_KINDS(name)    uint64_t name;
#define LGC_MEMBER_CODE(name)     uint64_t name;
#define LGC_MEMBER_FRAMES(name)   uint64_t name;
#define LGC_MEMBER_SNAPSHOT(name) uint64_t name;
#define LGC_MEMBER_RECLAIM(name)  uint64_t name;
#define LGC_MEMBER_STYLE(name)    uint64_t name;
#define LGC_MEMBER_SIGNAL(name)   uint64_t name;
#define LGC_MEMBER_TEXT(name)
#define LGC_MEMBER_FORMAT(name)   char name[32];
#define OPTION(name, type, def, help) LGC_MEMBER_##type(name)
#include "run/option.def"
#undef OPTION
#define LGC_TEXT_BOOL(name)
#define LGC_TEXT_COUNT(name)
#define LGC_TEXT_SIZE(name)
#define LGC_TEXT_DURATION(name)
#define LGC_TEXT_KINDS(name)
#define LGC_TEXT_CODE(name)
#define LGC_TEXT_FRAMES(name)
#define LGC_TEXT_SNAPSHOT(name)
#define LGC_TEXT_RECLAIM(name)
#define LGC_TEXT_STYLE(name)
#define LGC_TEXT_SIGNAL(name)
#define LGC_TEXT_TEXT(name)       char name[LGC_OPTION_TEXT_MAX];
#define LGC_TEXT_FORMAT(name)
#define OPTION(name, type, def, help) LGC_TEXT_##type(name)
#include "run/option.def"
#undef OPTION
};

struct lgc_option_info { const char *name; enum lgc_option_type type; const char *def, *help; };

/* The table; NULL past the last one.  A name is found with '-' for '_' too. */
const struct lgc_option_info *lgc_option_info(unsigned index);
const struct lgc_option_info *lgc_option_find(const char *name);
const char *lgc_option_type_name(enum lgc_option_type type);

/* All defaults.  fill: into what is all zero, of which it touches no more than
 * it must. */
void lgc_option_defaults(struct lgc_options *options);
void lgc_option_fill(struct lgc_options *zero);

/* Called for each unknown name (value NULL if it had none) and bad value;
 * `why` says what would be right. */
typedef void lgc_option_bad_fn(void *arg, const char *name, const char *value, const char *why);

/* Sets one option from its text.  Returns false, and leaves it as it was, if
 * name or value are wrong. */
bool lgc_option_set(struct lgc_options *options, const char *name, const char *value,
                    lgc_option_bad_fn *bad, void *arg);

/* Reads "name=value:name=value"; separators are ':' ',' blank, tab and
 * newline, a value may be quoted by ' or " (several quoted pieces in a row are
 * one value); ',' does not separate while what follows is no "name=" (so
 * report_kinds=direct,indirect works).  A name without '=' is bad.  `text` may be NULL. */
void lgc_option_parse(struct lgc_options *options, const char *text,
                      lgc_option_bad_fn *bad, void *arg);

/* One line per option: name, type, default, help. */
void lgc_option_print_help(struct lgc_out *out, const char *prefix);

#endif
