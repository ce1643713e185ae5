/* SPDX-License-Identifier: MIT
 * mask.h: no signal handler of the program runs on this thread for a while.
 *
 * By the raw system call: the exported functions of that kind are ours, and
 * libc's leave its own signals open.  Keeps errno. */
#ifndef LGC_BASE_MASK_H
#define LGC_BASE_MASK_H

#include <stdint.h>

/* Blocks every signal; what was blocked before is returned. */
uint64_t lgc_mask_block(void);
void lgc_mask_restore(uint64_t before);

#endif
