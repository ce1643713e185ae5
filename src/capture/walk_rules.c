/* SPDX-License-Identifier: MIT
 * walk_rules.c: captures a stack with one remembered rule per return address.
 *
 * Outwards: steps by rules until a frame of the shadow is met and all its
 * checks hold.  Inwards: the paths of the frames that were passed. */
#include "base/attr.h"
#include "capture/path.h"
#include "capture/rule.h"
#include "capture/walk.h"

struct walk {
    struct lgc_shadow *shadow;
    unsigned n;                    /* steps taken                            */
    struct lgc_shadow_step *restored; /* the last that restored rbp, or the
                                      one before the first                   */
    struct lgc_shadow_frame *met;  /* where the shadow goes on               */
    bool cut;                      /* as many as are kept were passed        */
};

/* A frame is found through the rbp that the current step has: it matters in
 * this step and in those before, back to where it was restored from. */
static void rbp_matters(const struct walk *w, struct lgc_shadow_step *current)
{
    for (; current > w->restored && !(current->flags & LGC_SHADOW_RBP); current--)
        current->flags |= LGC_SHADOW_RBP;
    w->restored->flags |= LGC_SHADOW_SAVED;
}

LGC_INLINE bool holds(const struct lgc_shadow_check *c) { return *(const uintptr_t *)c->at == c->value; }

/* The frame, from f outwards, whose unwinding made this check. */
static struct lgc_shadow_frame *reader(const struct lgc_shadow *s, struct lgc_shadow_frame *f,
                                       const struct lgc_shadow_check *c)
{
    while (f[-1].nchecks > c - s->check)
        f--;
    return f;
}

/* NULL: all checks of this frame hold.  Else the innermost frame that reads a
 * slot that has changed.  From the inside out, for the reason in memo.h. */
LGC_INLINE struct lgc_shadow_frame *verify(const struct lgc_shadow *s, struct lgc_shadow_frame *f)
{
    const struct lgc_shadow_check *c = &s->check[f->nchecks], *const end = s->check;

    for (;; c -= 4) {
        if (c - end < 4)
            break;
        if (LGC_UNLIKELY(!holds(c - 1)))
            return reader(s, f, c - 1);
        if (LGC_UNLIKELY(!holds(c - 2)))
            return reader(s, f, c - 2);
        if (LGC_UNLIKELY(!holds(c - 3)))
            return reader(s, f, c - 3);
        if (LGC_UNLIKELY(!holds(c - 4)))
            return reader(s, f, c - 4);
    }
    while (c-- > end)
        if (LGC_UNLIKELY(!holds(c)))
            return reader(s, f, c);
    return NULL;
}

/* Whether this is the frame that the walk has come to, and the frames from it
 * outwards are what has to be kept: `room` more. */
LGC_INLINE bool fits(const struct lgc_shadow *s, const struct lgc_shadow_frame *f, uintptr_t pc,
                     uintptr_t rbp, unsigned room)
{
    return f->pc == pc && (!f->rbp_matters || f->rbp == rbp) &&
           (s->cut ? f->depth == room : f->depth <= room);
}

/* False: a rule cannot say how to go on. */
static bool outwards(struct walk *w, const struct lgc_caller *caller, unsigned max)
{
    struct lgc_shadow *s = w->shadow;
    struct lgc_shadow_frame *candidate = &s->frame[s->n];
    struct lgc_shadow_step *step = s->step + 1, *const end = step + LGC_SHADOW_FRAMES - 1;
    const struct lgc_rule_table *table = lgc_rule_table_now();
    uintptr_t pc = caller->pc, sp = caller->sp, rbp = caller->rbp, cfa, below;
    unsigned kept = 0;

    for (;; step++) {
        lgc_rule rule;

        step->pc = pc;
        step->sp = sp;
        step->rbp = rbp;
        step->flags = 0;
        while (candidate->sp < sp)
            candidate--;
        if (candidate->sp == sp && fits(s, candidate, pc, rbp, max - kept)) {
            struct lgc_shadow_frame *changed = verify(s, candidate);

            if (LGC_LIKELY(changed == NULL)) {
                w->met = candidate;
                if (candidate->rbp_matters)
                    rbp_matters(w, step - 1);
                break;
            }
            candidate = changed - 1;
        }
        if (step == end)
            return false;
        /* Behind a call, which may be the last instruction of its function. */
        rule = lgc_rule_in(table, pc - 1);
        if (LGC_UNLIKELY(rule == 0)) {
            rule = lgc_rule_search(pc - 1);
            table = lgc_rule_table_now();
        }
        step->rule = rule;
        if (LGC_LIKELY(!lgc_rule_ours(rule)) && ++kept == max) {
            w->cut = true;
            step++;
            break;
        }
        if (LGC_UNLIKELY(lgc_rule_kind(rule) != LGC_CFI_PLAIN)) {
            if (lgc_rule_kind(rule) != LGC_CFI_LAST)
                return false;
            step++;
            break;
        }
        cfa = sp;
        if (lgc_rule_from_rbp(rule)) {
            rbp_matters(w, step);
            cfa = rbp;
        }
        cfa += lgc_rule_cfa(rule);
        if (LGC_UNLIKELY(cfa <= sp || (cfa & 7) != 0))
            return false; /* no frame grows upwards: ask libgcc */
        step->flags |= LGC_SHADOW_READ;
        pc = *(const uintptr_t *)(cfa - 8);
        sp = cfa;
        below = lgc_rule_rbp_below(rule);
        if (below != 0) {
            rbp = *(const uintptr_t *)(cfa - below);
            w->restored = step;
        }
        if (LGC_UNLIKELY((pc & ~LGC_PATH_PC) != 0))
            return false;
        if (LGC_UNLIKELY(pc == 0)) {
            step[1] = (struct lgc_shadow_step){ .sp = cfa, .rbp = rbp };
            step++;
            break;
        }
    }
    w->n = (unsigned)(step - s->step) - 1;
    return true;
}

/* The path of pc below `callers`, or 0: no room. */
LGC_INLINE uint32_t path_of(struct lgc_shadow *s, uint32_t callers, uintptr_t pc)
{
    struct lgc_shadow_known *k =
        &s->known[((uint32_t)pc * 0x9e3779b1u + callers * 0x85ebca6bu) >> (32 - LGC_SHADOW_KNOWN_BITS)];

    if (LGC_UNLIKELY(k->pc != pc || k->callers != callers)) {
        uint32_t path = lgc_path_push(callers, pc, false);

        if (path == 0)
            return 0;
        *k = (struct lgc_shadow_known){ pc, callers, path };
    }
    return k->path;
}

/* Adds the steps to the shadow, the outermost first.  False: no room. */
static bool inwards(const struct walk *w)
{
    struct lgc_shadow *s = w->shadow;
    struct lgc_shadow_frame *f = w->met;
    struct lgc_shadow_check *check = &s->check[f->nchecks];
    uint32_t path = f->path;
    unsigned depth = f->depth, mix = f->mix;

    for (const struct lgc_shadow_step *step = &s->step[w->n]; step > s->step; step--) {
        bool ours = lgc_rule_ours(step->rule);

        if (LGC_LIKELY(!ours)) {
            path = path_of(s, path, step->pc);
            if (LGC_UNLIKELY(path == 0))
                return false;
            depth++;
        }
        if (LGC_LIKELY(step->flags & LGC_SHADOW_READ)) {
            uintptr_t cfa = step[1].sp;

            if (step->flags & LGC_SHADOW_SAVED)
                *check++ = (struct lgc_shadow_check){ cfa - lgc_rule_rbp_below(step->rule), step[1].rbp };
            *check++ = (struct lgc_shadow_check){ cfa - 8, step[1].pc };
        }
        f++;
        f->pc = step->pc;
        f->sp = step->sp;
        f->rbp = step->rbp;
        f->path = path;
        f->mix = mix = (mix ^ (uint32_t)step->pc) * 0x9e3779b1u;
        f->nchecks = (uint16_t)(check - s->check);
        f->depth = (uint16_t)depth;
        f->rbp_matters = step->flags & LGC_SHADOW_RBP;
        f->ours = ours;
    }
    return true;
}

int lgc_walk_rules(struct lgc_shadow *s, const struct lgc_caller *caller, unsigned max)
{
    struct walk w = { .shadow = s, .restored = s->step, .met = s->frame };
    int met;

    s->frame[0].sp = UINTPTR_MAX; /* no frame: what is beyond the outermost */
    if (!outwards(&w, caller, max)) {
        s->n = 0;
        return -1;
    }
    s->nsteps = w.n;
    s->met = met = (int)(w.met - s->frame);
    if (w.n == 0)
        return met;
    if (met == 0)
        s->cut = w.cut;
    if (LGC_UNLIKELY(!inwards(&w))) {
        s->n = 0;
        return -2;
    }
    s->n = (unsigned)met + w.n;
    return (int)s->n;
}

unsigned lgc_walk_innermost(const struct lgc_shadow *s, uintptr_t *pc, unsigned max)
{
    unsigned n = 0;

    for (unsigned i = 1; i <= s->nsteps && n < max; i++)
        if (!lgc_rule_ours(s->step[i].rule))
            pc[n++] = s->step[i].pc;
    for (int i = s->met; i > 0 && n < max; i--)
        if (!s->frame[i].ours)
            pc[n++] = s->frame[i].pc;
    return n;
}
