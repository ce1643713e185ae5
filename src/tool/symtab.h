/* SPDX-License-Identifier: MIT
 * symtab.h: the function symbol around an address of a module. */
#ifndef LGC_TOOL_SYMTAB_H
#define LGC_TOOL_SYMTAB_H

#include <elfutils/libdwfl.h>

struct lgc_symtab;

/* Reads .symtab, .dynsym and .gnu_debugdata, whichever libdwfl finds best.
 * NULL: out of memory. */
struct lgc_symtab *lgc_symtab_new(Dwfl_Module *module);
/* The same of variables. */
struct lgc_symtab *lgc_symtab_new_variables(Dwfl_Module *module);
void lgc_symtab_free(struct lgc_symtab *symtab);

/* The name as it stands in the file (mangled), valid while the module is
 * open, or NULL. */
const char *lgc_symtab_find(const struct lgc_symtab *symtab, uint64_t address);
/* The same, and where it begins and ends (equal: it has no size). */
const char *lgc_symtab_range(const struct lgc_symtab *symtab, uint64_t address, uint64_t *start,
                             uint64_t *end);

#endif
