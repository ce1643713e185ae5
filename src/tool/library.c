/* SPDX-License-Identifier: MIT
 * library.c: where this tool and the library that belongs to it are. */
#include "tool/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Debian's name of the library folder; an installation elsewhere has none. */
#if defined __x86_64__
#define MULTIARCH_LIB "../lib/x86_64-linux-gnu"
#elif defined __aarch64__
#define MULTIARCH_LIB "../lib/aarch64-linux-gnu"
#else
#define MULTIARCH_LIB "../lib"
#endif

bool lgc_library_tool(char path[PATH_MAX])
{
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
    if (n <= 0)
        return false;
    path[n] = '\0';
    return true;
}

static bool use_file(const char *name, char path[PATH_MAX])
{
    return realpath(name, path) != NULL && access(path, R_OK) == 0;
}

static bool use_folder(const char *dir, const char *below, char path[PATH_MAX])
{
    /* A package may split the name without a version into its -dev part. */
    static const char *const names[] = { "libleaksgc.so", "libleaksgc.so.0" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char name[2 * PATH_MAX];
        snprintf(name, sizeof name, "%s/%s/%s", dir, below, names[i]);
        if (use_file(name, path))
            return true;
    }
    return false;
}

static bool beside_tool(char path[PATH_MAX])
{
    static const char *const below[] = { ".", ".libs", "../lib", MULTIARCH_LIB };
    char tool[PATH_MAX];
    if (!lgc_library_tool(tool))
        return false;
    *strrchr(tool, '/') = '\0';
    for (size_t i = 0; i < sizeof below / sizeof below[0]; i++) {
        if (use_folder(tool, below[i], path))
            return true;
    }
    return false;
}

bool lgc_library_find(const char *given, char path[PATH_MAX])
{
    if (given == NULL)
        given = getenv("LEAKSGC_LIBRARY");
    if (given != NULL && *given != '\0')
        return use_file(given, path);
    return beside_tool(path) || use_folder(LEAKSGC_LIBDIR, ".", path);
}
