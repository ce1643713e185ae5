/* SPDX-License-Identifier: MIT
 * notes.h: adds what the tool has to say to the notes of a finding. */
#ifndef LGC_TOOL_NOTES_H
#define LGC_TOOL_NOTES_H

#include "base/attr.h"
#include "find/finding.h"

/* All zero is an empty one.  Notes of one text are added once. */
struct lgc_notes { const char **list; size_t n; };

void lgc_notes_add(struct lgc_notes *notes, const char *format, ...) LGC_PRINTF(2, 3);
/* Puts them behind the finding's own; the finding then points into `notes`. */
void lgc_notes_give(struct lgc_notes *notes, struct lgc_finding *finding);

#endif
