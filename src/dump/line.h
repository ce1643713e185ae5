/* SPDX-License-Identifier: MIT
 * line.h: takes the fields off one line of a finding stream.  No malloc. */
#ifndef LGC_DUMP_LINE_H
#define LGC_DUMP_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "find/finding.h"

/* Every function returns false, and leaves the first reason in `why`, if the
 * line does not hold what is asked for. */
struct lgc_line {
    char *rest;          /* the fields not yet taken; NULL: none; is changed */
    const char *why;
};

bool lgc_line_fail(struct lgc_line *line, const char *why);     /* always false */
/* The next field, or NULL. */
char *lgc_line_field(struct lgc_line *line);
bool lgc_line_u64(struct lgc_line *line, uint64_t *value);
bool lgc_line_u32(struct lgc_line *line, uint32_t *value);
bool lgc_line_i64(struct lgc_line *line, int64_t *value);
bool lgc_line_hex(struct lgc_line *line, uint64_t *value);
bool lgc_line_bool(struct lgc_line *line, bool *value);
bool lgc_line_kind(struct lgc_line *line, enum lgc_kind *kind);
bool lgc_line_amount(struct lgc_line *line, struct lgc_amount *amount);
/* Unescaped; NULL if the field says so; a part of the line. */
bool lgc_line_text(struct lgc_line *line, const char **text);
bool lgc_line_end(struct lgc_line *line);                       /* no field is left */

#endif
