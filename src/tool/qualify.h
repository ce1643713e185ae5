/* SPDX-License-Identifier: MIT
 * qualify.h: the name of a function by DWARF, with its namespaces and classes. */
#ifndef LGC_TOOL_QUALIFY_H
#define LGC_TOOL_QUALIFY_H

#include "tool/names.h"
#include "tool/tree.h"

/* The demangled name of a function, or NULL if DWARF has no mangled one: gcc
 * gives none to what other files cannot see, clang to what is in C. */
const char *lgc_qualify_mangled(struct lgc_names *names, Dwarf_Die *function);

/* Without a mangled name, in C++: "(anonymous namespace)::Class::method", from
 * what the function stands in; there are no parameters.  In other languages,
 * or if that is not known, the bare name.  NULL: it has none. */
const char *lgc_qualify(struct lgc_names *names, struct lgc_forest *forest,
                        Dwarf_Die *function);

#endif
