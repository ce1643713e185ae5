/* SPDX-License-Identifier: MIT
 * way.c: two lines through measured points, and a factor learnt for each. */
#include "run/way.h"

#include <atomic_ops.h>
#include <stddef.h>

/* Below this nobody notices, and a copy makes the program's next writes slow. */
enum { UNNOTICED_NS = 500000 };

/* Measured (bench/pause.c), in ns: stopping and reading the roots; an object's
 * marking; a copy, and its page tables by MiB. */
enum { STOP_BASE = 400000, STOP_OBJECT = 80, STOP_MIB = 100000,
       FORK_BASE = 300000, FORK_MIB = 22000 };

static double factor[2] = { 1, 1 }; /* in place, copy                         */
static AO_t forbidden;

static double model(bool forked, const struct lgc_way_size *s)
{
    return forked ? FORK_BASE + (double)(s->resident >> 20) * FORK_MIB
                  : STOP_BASE + (double)s->objects * STOP_OBJECT +
                        (double)(s->bytes >> 20) * STOP_MIB;
}

bool lgc_way_forks(enum lgc_way wanted, bool last, const struct lgc_way_size *size,
                   const char **why)
{
    double here;

    *why = NULL;
    if (wanted == LGC_WAY_STOP || (wanted == LGC_WAY_AUTO && last))
        return false;
    if (AO_load(&forbidden)) {
        *why = "fork: the program keeps memory from copies of itself";
        return false;
    }
    here = factor[0] * model(false, size);
    return wanted == LGC_WAY_FORK ||
           (here > UNNOTICED_NS && here > factor[1] * model(true, size));
}

void lgc_way_learn(bool forked, const struct lgc_way_size *size, uint64_t pause_ns)
{
    double f = (double)pause_ns / model(forked, size);

    f = f < 0.1 ? 0.1 : f > 10 ? 10 : f;
    factor[forked] = (factor[forked] + f) / 2;
}

void lgc_way_forbid(void) { AO_store(&forbidden, 1); }
