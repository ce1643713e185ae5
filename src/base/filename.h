/* SPDX-License-Identifier: MIT
 * filename.h: a file's name out of a pattern: %p, %n, %h and %q{VAR}.
 * No malloc, no stdio. */
#ifndef LGC_BASE_FILENAME_H
#define LGC_BASE_FILENAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes the name to path[size]: %p is the pid of this process, %n `number`,
 * %h the name of the host, %q{VAR} the value of an environment variable and %%
 * a percent sign; any other % stands for itself.  Returns NULL, or what is
 * wrong with the pattern, as part of a sentence. */
const char *lgc_filename_expand(const char *pattern, char *path, size_t size, uint32_t number);

/* True if %p or %n is in the pattern: each process, or report, has its own. */
bool lgc_filename_varies(const char *pattern);

/* Whether a new file may be renamed to this: nothing is there, or a file, or a
 * link to one.  Else false with errno: EISDIR, or ENOTSUP for a device, a pipe or
 * a socket, which root would otherwise replace by a file. */
bool lgc_filename_replaceable(const char *path);

#endif
