/* SPDX-License-Identifier: MIT
 * pattern.h: a suppression's pattern against a name: text that stands anywhere
 * in the name, unless ^ in front or $ at the end hold it fast; * is any text. */
#ifndef LGC_REPORT_PATTERN_H
#define LGC_REPORT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

bool lgc_pattern_matches(const char *pattern, const char *name);

/* True if the n bytes at `gram`, a part of the pattern, stand for themselves:
 * a name that does not hold them cannot match. */
bool lgc_pattern_literal(const char *pattern, const char *gram, size_t n);

/* The same question with a glob of valgrind: * is any text, ? any byte, and
 * the whole name must match. */
bool lgc_pattern_glob(const char *glob, const char *name);
bool lgc_pattern_glob_literal(const char *gram, size_t n);

#endif
