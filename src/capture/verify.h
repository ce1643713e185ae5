/* SPDX-License-Identifier: MIT
 * verify.h: option verify_stacks: each captured stack is compared with what
 * libgcc unwinds, and a difference ends the program.  For tests. */
#ifndef LGC_CAPTURE_VERIFY_H
#define LGC_CAPTURE_VERIFY_H

#include <stdint.h>

#include "capture/caller.h"
#include "capture/memo.h"

/* How a site was found. */
enum lgc_verify_way { LGC_VERIFY_MEMO, LGC_VERIFY_WALK, LGC_VERIFY_LIBGCC, LGC_VERIFY_WAYS };

/* `site` is that of the caller's stack as `m` knows it, or as frame `index` of
 * its shadow is it now. */
void lgc_verify_site(struct lgc_memo *m, const struct lgc_caller *caller, unsigned max,
                     uint32_t site, enum lgc_verify_way way, int index);

/* One line on how many were compared. */
void lgc_verify_say(void);

#endif
