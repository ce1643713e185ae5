/* SPDX-License-Identifier: MIT
 * way.h: whether a check works in place or on a copy of the process: by what
 * either took in the checks before.  Under the check lock, but for forbid. */
#ifndef LGC_RUN_WAY_H
#define LGC_RUN_WAY_H

#include <stdbool.h>
#include <stdint.h>

#include "run/option.h"

/* What decides how long a check keeps the program waiting. */
struct lgc_way_size { uint64_t objects, bytes, resident; };

/* `wanted` is the request's, then the option's wish; `last`: nobody is kept
 * waiting.  Where a copy was wanted but would be wrong, *why says so; else it
 * is NULL. */
bool lgc_way_forks(enum lgc_way wanted, bool last, const struct lgc_way_size *size,
                   const char **why);

/* How long it took. */
void lgc_way_learn(bool forked, const struct lgc_way_size *size, uint64_t pause_ns);

/* From now on a copy would lack memory of the program (MADV_DONTFORK). */
void lgc_way_forbid(void);

#endif
