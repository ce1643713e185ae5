/* SPDX-License-Identifier: MIT
 * image.h: opens the file that a module was loaded from, and only that one.
 *
 * A file that was rebuilt or replaced since (its build-id differs) would give
 * wrong names; then what lies under .build-id in the debug directories is
 * used, or nothing.  Addresses are those inside the file: pc - bias.
 */
#ifndef LGC_TOOL_IMAGE_H
#define LGC_TOOL_IMAGE_H

#include <elfutils/libdwfl.h>
#include <sys/types.h>

#include "find/finding.h"

/* A process that lives: a file that is not there, or is another by now, is taken from
 * its /proc/PID, if it is the same there.  0: none, as at the start. */
void lgc_image_of(pid_t pid);

/* `debug_path`: directories with separate debug files, separated by ':',
 * searched before /usr/lib/debug; may be NULL.  Returns NULL if there is no
 * such file.  The caller ends it with dwfl_end(*dwfl). */
Dwfl_Module *lgc_image_open(const struct lgc_module *module, const char *debug_path,
                            Dwfl **dwfl);

#endif
