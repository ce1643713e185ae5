/* SPDX-License-Identifier: MIT
 * fileless.h: connects to a process that has a socket without a file (control/folder.h). */
#ifndef LGC_TOOL_FILELESS_H
#define LGC_TOOL_FILELESS_H

#include "tool/process.h"

/* A descriptor, or -1: there is none.  Enters the process's network namespace, if
 * it is another and that is permitted. */
int lgc_fileless_connect(const struct lgc_process *process);

#endif
