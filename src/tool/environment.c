/* SPDX-License-Identifier: MIT
 * environment.c: what `leaksgc run` tells the library, and every process that
 * the program starts.
 *
 *   GC_FIND_LEAK=1
 *   LD_PRELOAD=<library>:<as it was>
 *   LEAKSGC_OPTIONS=<as it was>:<the options given>     later ones win
 *   LEAKSGC_RUN=<pid>:<exitcode>:<verbosity>            for this process only
 *   LEAKSGC_TOOL=<this tool>
 */
#include "tool/environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/library.h"

/* "first:second", or the one that is not empty. */
static bool set_joined(const char *variable, const char *first, const char *second)
{
    bool both = first != NULL && *first != '\0' && second != NULL && *second != '\0';
    const char *one = first != NULL && *first != '\0' ? first : second;
    char *joined = NULL;
    if (!both)
        return one == NULL || setenv(variable, one, 1) == 0;
    if (asprintf(&joined, "%s:%s", first, second) < 0)
        return false;
    bool good = setenv(variable, joined, 1) == 0;
    free(joined);
    return good;
}

/* A second copy in the list would do no harm but grow with each nested run. */
static bool names_library(const char *list, const char *library)
{
    size_t n = strlen(library);
    return list != NULL && strncmp(list, library, n) == 0
        && (list[n] == '\0' || list[n] == ':' || list[n] == ' ');
}

bool lgc_environment_set(const char *library, const char *options, struct lgc_own own)
{
    char run[64], tool[PATH_MAX];
    const char *preload = getenv("LD_PRELOAD");
    snprintf(run, sizeof run, "%ld:%llu:%llu", (long)getpid(), (unsigned long long)own.exitcode,
             (unsigned long long)own.verbosity);
    return (names_library(preload, library) || set_joined("LD_PRELOAD", library, preload))
        && set_joined("LEAKSGC_OPTIONS", getenv("LEAKSGC_OPTIONS"), options)
        && setenv("GC_FIND_LEAK", "1", 1) == 0
        && setenv("LEAKSGC_RUN", run, 1) == 0
        && (!lgc_library_tool(tool) || setenv("LEAKSGC_TOOL", tool, 1) == 0);
}
