/* SPDX-License-Identifier: MIT
 * digest.h: a call path as 128 bits, made frame by frame from the outermost.
 *
 * Multilinear hashing: the sum of key[i] * pc[i] modulo 2^128 with random keys.
 * Of two different paths of at most 2^48 - 1 in each frame the upper 81 bits are
 * equal with probability 2^-81, whatever the paths are (Lemire and Kaser,
 * "Strongly universal string hashing is fast", 2014): for all pairs of a
 * million paths together 2^-42.  So equal digests are taken for equal paths.
 * A longer path differs from its beginning, as no frame is 0.
 */
#ifndef LGC_CAPTURE_DIGEST_H
#define LGC_CAPTURE_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

__extension__ typedef unsigned __int128 lgc_digest;

/* As many frames as a path can have. */
enum { LGC_DIGEST_FRAMES = 256 };

extern LGC_HIDDEN lgc_digest lgc_digest_key[LGC_DIGEST_FRAMES];

/* Makes the keys; once, before the first digest that is compared with another. */
void lgc_digest_start(void);
/* Whether there are keys. */
bool lgc_digest_ready(void);

/* `callers` with a further frame, which is number `depth` from the outermost,
 * number 0. */
LGC_INLINE lgc_digest lgc_digest_add(lgc_digest callers, unsigned depth, uintptr_t pc)
{
    return callers + lgc_digest_key[depth] * pc;
}

#endif
