/* SPDX-License-Identifier: MIT
 * lost.h: what the last check found lost, counted by kind, size, age and thread.
 *
 * As text, one row a line:
 *
 *   kind KIND BYTES OBJECTS          enum lgc_kind
 *   size UPTO BYTES OBJECTS          a power of two; sizes above half of it
 *   age SECONDS BYTES OBJECTS        at most that old; 0: older
 *   thread ID TID BYTES OBJECTS NAME NAME is the rest of the line: the tag or
 *                                    the kernel's name
 */
#ifndef LGC_RUN_LOST_H
#define LGC_RUN_LOST_H

#include "base/out.h"

/* Writes the rows that are not zero, of the kinds 1 << enum lgc_kind (others may
 * have wanted more of that check), and flushes.  False: no memory, or a write
 * failed; errno says. */
bool lgc_lost_write(struct lgc_out *out, unsigned kinds);

#endif
