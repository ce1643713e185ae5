/* SPDX-License-Identifier: MIT
 * names.h: strings that live together, each kept once, and demangled names. */
#ifndef LGC_TOOL_NAMES_H
#define LGC_TOOL_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct lgc_names;

struct lgc_names *lgc_names_new(void);          /* NULL: out of memory */
void lgc_names_free(struct lgc_names *names);

/* The kept copy of a string (NULL: out of memory, or text was NULL). */
const char *lgc_names_keep(struct lgc_names *names, const char *text);
/* The kept "dir/file"; just the file if it is absolute or dir is NULL. */
const char *lgc_names_keep_path(struct lgc_names *names, const char *dir, const char *file);
/* A number that goes with the string, 0 at first; NULL: out of memory. */
uint64_t *lgc_names_number(struct lgc_names *names, const char *text);
/* What a C++ or Rust symbol means; itself if it is no mangled name. */
const char *lgc_names_demangle(struct lgc_names *names, const char *symbol);
/* The first of the symbols asked for that means this; NULL: none does. */
const char *lgc_names_mangled(struct lgc_names *names, const char *meaning);

#endif
