/* SPDX-License-Identifier: MIT
 * program.h: which file a command name means, and whether LD_PRELOAD would
 * reach into it. */
#ifndef LGC_TOOL_PROGRAM_H
#define LGC_TOOL_PROGRAM_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* Finds the file as execvp would.  Returns 0, or an errno: ENOENT where a shell
 * says 127, anything else where it says 126. */
int lgc_program_find(const char *name, char path[PATH_MAX]);

bool lgc_program_is_elf(const char *path);

/* True if the library would not be loaded into the program at `path` (an ELF
 * file, or a script and then its interpreter), or must not be; the reason is
 * stored as the end of a sentence. */
bool lgc_program_untraceable(const char *path, char *reason, size_t size);

#endif
