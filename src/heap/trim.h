/* SPDX-License-Identifier: MIT
 * trim.h: gives memory back that has no object in use, after a program has
 * changed its sizes.
 *
 * A free object serves its size only.  When a whole block is free, the block can
 * serve another: libgc takes blocks back when it sweeps and finds no mark.
 */
#ifndef LGC_HEAP_TRIM_H
#define LGC_HEAP_TRIM_H

#include <stdbool.h>
#include <stddef.h>

/* For lgc_gcheap_spare: what is kept or wholly free goes back to libgc, if it is
 * much compared with the heap; and to the system, where less than so many bytes
 * in a row are free.  True: something did.  The caller holds lgc_block_lock, and
 * no signal handler runs. */
bool lgc_trim_spare(size_t bytes);

/* Whether so much is wholly free that it should go to the system. */
bool lgc_trim_wanted(void);

/* Gives back all that is kept or wholly free, its pages to the system; true:
 * there was something.  `when_due`: only if it is wanted, and not so soon after
 * the last time that it would take the program's time.  Takes lgc_block_lock;
 * callable inside malloc. */
bool lgc_trim(bool when_due);

#endif
