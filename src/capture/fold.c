/* SPDX-License-Identifier: MIT
 * fold.c: sees that a path has become one round too long, and shortens it.
 *
 *   A B | A B | A B | A B | A B        five rounds of two calls: too many
 *   A B  mark   A B | A B | A B        the second one is left out
 *   A B  mark   A B | A B | A B | A    goes on as it is ...
 *   A B  mark   A B | A B | A B        ... until the round is complete: the
 *                                      one behind the mark is left out
 */
#include "capture/fold.h"

#include "capture/path.h"
#include "capture/rule.h"

enum { MOST = LGC_FOLD_PERIOD * (LGC_FOLD_ROUNDS + 1) };

static bool folding;

void lgc_fold_begin(void) { folding = true; }

/* The frames of a path from the inside out, up to a mark or the end; those that
 * were asked for. */
struct tail {
    unsigned n;
    bool whole;                  /* there are no more                        */
    uint32_t mark;               /* the path that ends with the mark, or 0   */
    uint32_t path[MOST];         /* that ends with this frame; [0]: none yet */
    uint64_t frame[MOST];
    uintptr_t function[MOST];
};

static uintptr_t function_of(uint64_t frame)
{
    uintptr_t pc = (frame & LGC_PATH_PC) - !(frame & LGC_PATH_EXACT);

    return lgc_rule_function(lgc_rule_of(pc), pc);
}

static void put(struct tail *t, uint32_t path, uint64_t frame)
{
    t->path[t->n] = path;
    t->frame[t->n] = frame;
    t->function[t->n++] = function_of(frame);
}

/* Whether there is a frame i; `callers` are those of frame 0. */
static bool reach(struct tail *t, uint32_t callers, unsigned i)
{
    while (t->n <= i && !t->whole) {
        uint32_t path = t->n == 1 ? callers : lgc_path_at(t->path[t->n - 1])->callers;
        uint64_t frame = lgc_path_at(path)->frame;

        t->whole = path == 0 || t->n == MOST || (frame & (LGC_PATH_FOLD | LGC_PATH_SHORT)) != 0;
        if (path != 0 && (frame & LGC_PATH_FOLD))
            t->mark = path;
        if (!t->whole)
            put(t, path, frame);
    }
    return i < t->n;
}

/* How many of the innermost frames are rounds of `period` calls, `most` at
 * most. */
static unsigned rounds(struct tail *t, uint32_t callers, unsigned period, unsigned most)
{
    unsigned n = 0;

    while (n + period < most && reach(t, callers, n + period) && t->function[n] == t->function[n + period])
        n++;
    return n + period;
}

/* The period of the rounds that are one too many, or 0.  *onto is the path
 * that ends where the rounds are left out: with a mark, or before one. */
static unsigned too_many(struct tail *t, uint32_t callers, uint32_t *onto)
{
    for (unsigned period = 1; period <= LGC_FOLD_PERIOD; period++) {
        unsigned most = (LGC_FOLD_ROUNDS + 1) * period, n = rounds(t, callers, period, most);

        if (n == most) {
            *onto = t->path[LGC_FOLD_ROUNDS * period];
            return period;
        }
        if (n == (LGC_FOLD_INNER + 1) * period && !reach(t, callers, n) && t->mark != 0 &&
            (lgc_path_at(t->mark)->frame & LGC_PATH_PC) == period) {
            *onto = t->mark;
            return period;
        }
    }
    return 0;
}

bool lgc_fold(uint32_t callers, uint64_t frame, bool last_resort, uint32_t *path)
{
    struct tail t;
    unsigned period;

    if (!folding)
        return false;
    t.n = 0;
    t.whole = false;
    t.mark = 0;
    put(&t, 0, frame);
    period = too_many(&t, callers, path);
    if (period == 0)
        return false;
    if (*path != t.mark)
        *path = lgc_path_add(*path, LGC_PATH_FOLD | period, last_resort);
    for (unsigned i = LGC_FOLD_INNER * period; i-- > 0 && *path != 0;)
        *path = lgc_path_add(*path, t.frame[i], last_resort);
    return true;
}
