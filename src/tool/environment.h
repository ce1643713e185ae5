/* SPDX-License-Identifier: MIT
 * environment.h: what `leaksgc run` tells the library, and every process that
 * the program starts. */
#ifndef LGC_TOOL_ENVIRONMENT_H
#define LGC_TOOL_ENVIRONMENT_H

#include <stdbool.h>
#include <stdint.h>

/* For this process only, not for those that it starts. */
struct lgc_own { uint64_t exitcode, verbosity; };

/* `options` is added to LEAKSGC_OPTIONS; NULL: nothing.  Returns false if
 * memory ran out. */
bool lgc_environment_set(const char *library, const char *options, struct lgc_own own);

#endif
