/* SPDX-License-Identifier: MIT
 * conflict.h: whether a program has a malloc or collector that cannot share a
 * process with ours. */
#ifndef LGC_TOOL_CONFLICT_H
#define LGC_TOOL_CONFLICT_H

#include <libelf.h>

/* Why the library must stay out of this program, as the end of a sentence, or
 * NULL. */
const char *lgc_conflict_find(Elf *elf);

#endif
