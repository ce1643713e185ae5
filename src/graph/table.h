/* SPDX-License-Identifier: MIT
 * table.h: an array that grows, within a limit on its memory. */
#ifndef LGC_GRAPH_TABLE_H
#define LGC_GRAPH_TABLE_H

#include <stdint.h>
#include <stdlib.h>

struct lgc_table { void *at; size_t n, capacity; };

/* Room for one more entry, always of the same size; NULL: no memory, or it
 * would take more than `left` bytes.  Adds what it took to *bytes.  Growing by
 * half: realloc moves large pieces without copying. */
static inline void *lgc_table_add(struct lgc_table *t, size_t entry, uint64_t left,
                                  uint64_t *bytes)
{
    if (t->n == t->capacity) {
        size_t more = t->capacity / 2 + 64;
        void *grown = more * entry <= left ? realloc(t->at, (t->capacity + more) * entry) : NULL;
        if (grown == NULL)
            return NULL;
        t->at = grown;
        t->capacity += more;
        *bytes += more * entry;
    }
    char *place = (char *)t->at + t->n++ * entry;
    for (size_t i = 0; i < entry; i++)
        place[i] = 0;
    return place;
}

/* The array, trimmed to n entries of `entry` bytes; the caller frees it. */
static inline void *lgc_table_give(struct lgc_table *t, size_t entry)
{
    void *at = realloc(t->at, t->n * entry + 1);
    if (at == NULL)
        at = t->at;
    *t = (struct lgc_table){ NULL, 0, 0 };
    return at;
}

#endif
