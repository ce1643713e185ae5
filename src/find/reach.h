/* SPDX-License-Identifier: MIT
 * reach.h: what the roots reach in a frozen heap: the marker that checks use.
 *
 * It reaches exactly what libgc's marker would: an object is reached by any
 * aligned word in a root or a reached object that points to its start or inside.
 * find/confirm.h compares the two.  It is our own because libgc's goes through
 * the heap in the order of a depth-first search without end, misses the cache
 * at each step, uses one core only (its mark threads come from pthread_create,
 * find/crew.h tells why that cannot be), and knows neither which pointers lead
 * to starts nor medium objects.
 *
 * First what is reached by pointers to starts alone is traced; pointers to the
 * inside are noted, and followed afterwards: what only they lead to is
 * `possible`.
 *
 * Work is shared in chunks of a thousand objects.  Of what is to be read next
 * the first cache line is asked for some objects ahead. */
#ifndef LGC_FIND_REACH_H
#define LGC_FIND_REACH_H

#include <stdbool.h>
#include <stddef.h>

#include "find/field.h"

/* Over lgc_field and the collected roots, by `markers` threads (find/crew.h).
 * False: no memory; then everything counts as reached. */
bool lgc_reach_run(unsigned markers);
void lgc_reach_end(void);

/* Words that pointed near the heap and were looked up, in the last run. */
uint64_t lgc_reach_lookups(void);

/* Bits of 64 objects (find/field.h): what is not in use counts as reached. */
uint64_t lgc_reach_word(size_t word);       /* by any pointer                */
uint64_t lgc_reach_exact_word(size_t word); /* by pointers to starts alone   */
/* From now on these count as reached too. */
void lgc_reach_also(size_t word, uint64_t bits);

#endif
