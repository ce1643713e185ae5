/* SPDX-License-Identifier: MIT
 * settings.h: what the environment and the program ask of this process. */
#ifndef LGC_RUN_SETTINGS_H
#define LGC_RUN_SETTINGS_H

#include <stdbool.h>

#include "run/option.h"

/* The options in force; all defaults until lgc_settings_read. */
extern struct lgc_options lgc_settings;

/* Whether GC_FIND_LEAK asks for leak finding (set, and not "0"). */
bool lgc_settings_wanted(void);

/* Reads, each overriding the ones before: LSAN_OPTIONS (the names that
 * we share), __lsan_default_options, __leaksgc_default_options,
 * LEAKSGC_OPTIONS, and what `leaksgc run` left for this very process.  Says
 * what is wrong, once.  Calls functions of the program. */
void lgc_settings_read(void);

/* GC_ABORT_ON_LEAK is set. */
bool lgc_settings_abort(void);
/* Whether this process is one that the program of `leaksgc run` has started. */
bool lgc_settings_started(void);

/* The path of the tool that LEAKSGC_TOOL names, or "". */
const char *lgc_settings_tool(void);

#endif
