/* SPDX-License-Identifier: MIT
 * field.h: the text fields of a finding stream, escaped and back.
 * No malloc, no stdio. */
#ifndef LGC_DUMP_FIELD_H
#define LGC_DUMP_FIELD_H

#include <stdbool.h>

#include "base/out.h"

/* Writes `text` as one field: %xx for bytes <= 0x20, 0x7f and '%', "-" for
 * NULL, %2d for a text that is just "-", "%" alone for the empty text. */
void lgc_field_put(struct lgc_out *out, const char *text);

/* Undoes that in place and stores the text, or NULL for "-", in *text.
 * Returns false for a bad escape or an escaped NUL. */
bool lgc_field_get(char *field, const char **text);

#endif
