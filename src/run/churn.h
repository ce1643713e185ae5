/* SPDX-License-Identifier: MIT
 * churn.h: which sites allocate blocks that are freed soon after.
 *
 * It costs the program nothing: a record still tells who allocated a block when
 * the block is free.  Each sample looks at the few blocks of each size that each
 * thread has freed last; one that was allocated since the sample before has
 * lived for less than the time between the two.  So this counts in how many samples
 * a site was seen, not how many blocks there were; medium and small blocks only. */
#ifndef LGC_RUN_CHURN_H
#define LGC_RUN_CHURN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lgc_churn_site { uint32_t site, hits, last; uint64_t bytes, objects; };

/* A series of samples.  All zero before the first one. */
struct lgc_churn {
    struct lgc_churn_site *site; /* an open hash table                       */
    uint32_t samples;            /* that had one before                      */
    uint32_t since;              /* time of the sample before                */
    uint64_t missed;             /* blocks whose site found no place         */
    uint64_t allocated;          /* objects, when it began                   */
    bool begun;
};

/* One sample.  The first one counts nothing.  False: no memory. */
bool lgc_churn_sample(struct lgc_churn *churn);

/* Sorts the table in its place, those in most samples first, and returns how
 * many there are; then no sample more. */
size_t lgc_churn_sort(struct lgc_churn *churn);
void lgc_churn_free(struct lgc_churn *churn);

#endif
