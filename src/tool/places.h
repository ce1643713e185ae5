/* SPDX-License-Identifier: MIT
 * places.h: frames that are no code: lines which <leaksgc/leak_detector.h> has put into a section of the program. */
#ifndef LGC_TOOL_PLACES_H
#define LGC_TOOL_PLACES_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>

#include "report/report.h"
#include "tool/names.h"

struct lgc_places;

/* Reads the section.  NULL: there is none, or no memory. */
struct lgc_places *lgc_places_new(Dwfl_Module *module);
void lgc_places_free(struct lgc_places *places);

/* True if there is a place at the address: then it is the source.  Strings are kept
 * in `names`. */
bool lgc_places_find(const struct lgc_places *places, uint64_t address, struct lgc_names *names,
                     struct lgc_source *out);

#endif
