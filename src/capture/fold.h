/* SPDX-License-Identifier: MIT
 * fold.h: the rounds of a recursion that a path does not keep.
 *
 * A round is a group of 1 to LGC_FOLD_PERIOD calls of the same functions in the
 * same order as in the group before.  Of more than LGC_FOLD_ROUNDS rounds in a row the
 * outermost and the innermost LGC_FOLD_INNER ones are kept, and a mark between
 * them.  Two stacks that differ only in the rounds between have one path: there
 * are few paths through a recursion, however deep.
 */
#ifndef LGC_CAPTURE_FOLD_H
#define LGC_CAPTURE_FOLD_H

#include <stdbool.h>
#include <stdint.h>

enum { LGC_FOLD_PERIOD = 8, LGC_FOLD_INNER = 3, LGC_FOLD_ROUNDS = 1 + LGC_FOLD_INNER };

/* From now on new paths are folded.  Those that are known stay as they are, so
 * that a stack that came before is the same one when it comes again. */
void lgc_fold_begin(void);

/* Whether `frame` below `callers` is one frame too many.  Then *path is the
 * path that stands for it, or 0: there is no room.  The caller holds
 * lgc_site_lock. */
bool lgc_fold(uint32_t callers, uint64_t frame, bool last_resort, uint32_t *path);

#endif
