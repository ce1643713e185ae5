/* SPDX-License-Identifier: MIT
 * dwarf.h: an address of a module -> the functions and lines there, by DWARF. */
#ifndef LGC_TOOL_DWARF_H
#define LGC_TOOL_DWARF_H

#include <elfutils/libdwfl.h>

#include "report/report.h"
#include "tool/names.h"

struct lgc_dwarf;

/* NULL if the module has no debug information (or memory ran out).  Strings
 * are kept in `names`, which must outlive it. */
struct lgc_dwarf *lgc_dwarf_new(Dwfl_Module *module, struct lgc_names *names);
void lgc_dwarf_free(struct lgc_dwarf *dwarf);

/* The function that stands at an address itself. */
struct lgc_dwarf_outermost {
    const char *bare_name;  /* if DWARF has no mangled one; else NULL */
    uint64_t start;         /* of its code */
};

/* Stores the sources at `address`, innermost first, at most `max`, and returns
 * how many.  The last one is the function that stands there itself; its name
 * is NULL if only the line is known; *outermost tells more of it. */
size_t lgc_dwarf_resolve(struct lgc_dwarf *dwarf, uint64_t address, struct lgc_source *out,
                         size_t max, struct lgc_dwarf_outermost *outermost);

#endif
