/* SPDX-License-Identifier: MIT
 * library.h: where this tool and the library that belongs to it are. */
#ifndef LGC_TOOL_LIBRARY_H
#define LGC_TOOL_LIBRARY_H

#include <limits.h>
#include <stdbool.h>

/* The absolute path of the running tool.  Returns false with errno. */
bool lgc_library_tool(char path[PATH_MAX]);

/* The absolute path of libleaksgc.so: `given` if not NULL, or $LEAKSGC_LIBRARY,
 * or beside the tool (as built or as installed), or where it was configured
 * to be.  Returns false if there is none. */
bool lgc_library_find(const char *given, char path[PATH_MAX]);

#endif
