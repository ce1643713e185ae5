/* SPDX-License-Identifier: MIT
 * work.h: what markers have still to read, shared by chunks.
 *
 * Each marker pushes to and pops from a chunk of its own; full ones go to a
 * list that all take from.  One that finds nothing there waits, and those that
 * have something see that and give half of it.  Nothing is bounded but by
 * memory. */
#ifndef LGC_FIND_WORK_H
#define LGC_FIND_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum { LGC_WORK_CHUNK = 1022 };

struct lgc_chunk {
    struct lgc_chunk *next;
    size_t n;
    uintptr_t entry[LGC_WORK_CHUNK];
};

/* A marker's own; all zero at first.  An entry is never 0. */
struct lgc_work {
    struct lgc_chunk *chunk;     /* to read                                  */
    struct lgc_chunk *later;     /* for the next phase                       */
};

/* A trace, in one or more phases; one at a time.  end gives back all memory;
 * false: there was not enough of it, and something was left out. */
void lgc_work_begin(void);
bool lgc_work_end(void);

/* Around what a marker does in a phase; leave gives away what it still has. */
void lgc_work_enter(void);
void lgc_work_leave(struct lgc_work *w);

/* True: there is more to read now; false: nobody has anything, the phase is over. */
bool lgc_work_wait(void);

/* Gives half of what it has if somebody waits. */
void lgc_work_share(struct lgc_work *w);

void lgc_work_later(struct lgc_work *w, uintptr_t entry);
uintptr_t lgc_work_pop_later(struct lgc_work *w); /* 0: there is none        */
bool lgc_work_any_later(void);

/* For what else markers share; short. */
void lgc_work_lock(void);
void lgc_work_unlock(void);

/* The slow ends of push and pop. */
void lgc_work_push_full(struct lgc_work *w, uintptr_t entry);
uintptr_t lgc_work_pop_empty(struct lgc_work *w);

LGC_INLINE void lgc_work_push(struct lgc_work *w, uintptr_t entry)
{
    if (LGC_LIKELY(w->chunk != NULL && w->chunk->n < LGC_WORK_CHUNK))
        w->chunk->entry[w->chunk->n++] = entry;
    else
        lgc_work_push_full(w, entry);
}

LGC_INLINE uintptr_t lgc_work_pop(struct lgc_work *w)
{
    if (LGC_LIKELY(w->chunk != NULL && w->chunk->n > 0))
        return w->chunk->entry[--w->chunk->n];
    return lgc_work_pop_empty(w);
}

#endif
