/* SPDX-License-Identifier: MIT
 * away.h: objects that were lost, and to which something seems to point again.
 *
 * What is left on a stack below its end comes back when a deeper function does
 * not write to it.  Such an object is reachable for a check, and lost in a later
 * one: it must not be called new twice. */
#ifndef LGC_FIND_AWAY_H
#define LGC_FIND_AWAY_H

#include <stddef.h>

#include "find/scan.h"

struct lgc_away {
    struct lgc_entry *entry;  /* sorted by address                           */
    size_t count, capacity, known; /* known: as of the last lgc_away_settle  */
};

/* The record of the very object of this entry, or NULL; it is forgotten with
 * the next lgc_away_settle, as the entry is a record of its own now. */
const struct lgc_entry *lgc_away_take(struct lgc_away *away, const struct lgc_entry *entry);

/* The object of this record is not lost any more. */
void lgc_away_add(struct lgc_away *away, const struct lgc_entry *record);

/* After all of these: forgets what was taken, and what has been freed. */
void lgc_away_settle(struct lgc_away *away);

void lgc_away_clear(struct lgc_away *away);

#endif
