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
    unsigned n;                  /* steps taken                              */
    unsigned kept;               /* of these, not ours                       */
    int restored;                /* the last step that restored rbp, or -1   */
    int met;                     /* frame of the shadow, or -1               */
    bool cut;                    /* as many as are kept were passed          */
};

/* A frame is found through the rbp that the current step has: it matters in
 * this step and in those before, back to where it was restored from. */
static void rbp_matters(struct walk *w, int current)
{
    struct lgc_shadow_step *step = w->shadow->step;

    for (int i = current; i > w->restored && !step[i].rbp_matters; i--)
        step[i].rbp_matters = true;
    if (w->restored >= 0)
        step[w->restored].saved_matters = true;
}

/* -1: all checks of this frame hold.  Else the innermost frame that reads a
 * slot that has changed.  From the inside out, for the reason in memo.h. */
LGC_INLINE int verify(const struct lgc_shadow *s, int frame)
{
    for (unsigned i = s->frame[frame].nchecks; i-- > 0;)
        if (LGC_UNLIKELY(*(const uintptr_t *)s->check[i].at != s->check[i].value)) {
            while (frame > 0 && s->frame[frame - 1].nchecks > i)
                frame--;
            return frame;
        }
    return -1;
}

LGC_INLINE bool same_frame(const struct lgc_shadow_frame *f, const struct lgc_shadow_step *step)
{
    return f->sp == step->sp && f->pc == step->pc && (!f->rbp_matters || f->rbp == step->rbp);
}

/* Whether the shadow's frames from f outwards are what has to be kept. */
LGC_INLINE bool fits(const struct lgc_shadow *s, const struct lgc_shadow_frame *f, unsigned kept,
                     unsigned max)
{
    return s->cut ? kept + f->depth == max : kept + f->depth <= max;
}

/* False: a rule cannot say how to go on. */
static bool outwards(struct walk *w, const struct lgc_caller *caller, unsigned max)
{
    struct lgc_shadow *s = w->shadow;
    struct lgc_shadow_step *step = s->step;
    int candidate = (int)s->n - 1;

    step->pc = caller->pc;
    step->sp = caller->sp;
    step->rbp = caller->rbp;
    for (;; step++) {
        int current = (int)(step - s->step);
        lgc_rule rule;

        while (candidate >= 0 && s->frame[candidate].sp < step->sp)
            candidate--;
        if (candidate >= 0 && same_frame(&s->frame[candidate], step) &&
            fits(s, &s->frame[candidate], w->kept, max)) {
            int changed = verify(s, candidate);

            if (changed < 0) {
                w->met = candidate;
                if (s->frame[candidate].rbp_matters)
                    rbp_matters(w, current - 1);
                return true;
            }
            candidate = changed - 1;
        }
        if (current == LGC_SHADOW_FRAMES - 1)
            return false;
        w->n++;
        step->cfa = step->rbp_at = 0;
        step->rbp_matters = step->saved_matters = false;
        /* Behind a call, which may be the last instruction of its function. */
        rule = lgc_rule_of(step->pc - 1);
        step->ours = lgc_rule_ours(rule);
        if (!step->ours && ++w->kept == max) {
            w->cut = true;
            return true;
        }
        if (lgc_rule_kind(rule) == LGC_CFI_LAST)
            return true;
        if (lgc_rule_kind(rule) != LGC_CFI_PLAIN)
            return false;
        if (lgc_rule_from_rbp(rule))
            rbp_matters(w, current);
        step->cfa = (lgc_rule_from_rbp(rule) ? step->rbp : step->sp) + lgc_rule_cfa(rule);
        if (step->cfa <= step->sp || (step->cfa & 7) != 0)
            return false; /* no frame grows upwards: ask libgcc */
        step[1].pc = *(const uintptr_t *)(step->cfa - 8);
        step[1].sp = step->cfa;
        step[1].rbp = step->rbp;
        if (lgc_rule_rbp_below(rule) != 0) {
            step->rbp_at = step->cfa - lgc_rule_rbp_below(rule);
            step[1].rbp = *(const uintptr_t *)step->rbp_at;
            w->restored = current;
        }
        if (step[1].pc == 0)
            return true;
        if ((step[1].pc & ~LGC_PATH_PC) != 0)
            return false;
    }
}

/* Adds the steps to the shadow, the outermost first.  False: no room. */
static bool inwards(struct walk *w)
{
    struct lgc_shadow *s = w->shadow;
    uint32_t path = w->met < 0 ? 0 : s->frame[w->met].path;
    unsigned depth = w->met < 0 ? 0 : s->frame[w->met].depth;
    unsigned nchecks = w->met < 0 ? 0 : s->frame[w->met].nchecks;
    struct lgc_shadow_frame *f = &s->frame[w->met + 1];
    struct lgc_shadow_check *check = &s->check[nchecks];

    for (const struct lgc_shadow_step *step = &s->step[w->n]; step-- > s->step; f++) {
        if (LGC_LIKELY(!step->ours)) {
            path = lgc_path_push(path, step->pc, false);
            depth++;
        }
        if (LGC_UNLIKELY(path == 0 && !step->ours))
            return false;
        if (step->cfa != 0) {
            if (step->saved_matters)
                *check++ = (struct lgc_shadow_check){ step->rbp_at, step[1].rbp };
            *check++ = (struct lgc_shadow_check){ step->cfa - 8, step[1].pc };
        }
        f->pc = step->pc;
        f->sp = step->sp;
        f->rbp = step->rbp;
        f->rbp_matters = step->rbp_matters;
        f->path = path;
        f->depth = (uint16_t)depth;
        f->nchecks = (uint16_t)(check - s->check);
    }
    return true;
}

int lgc_walk_rules(struct lgc_shadow *shadow, const struct lgc_caller *caller, unsigned max)
{
    struct walk w = { .shadow = shadow, .restored = -1, .met = -1 };
    int result;

    if (!outwards(&w, caller, max)) {
        shadow->n = 0;
        return -1;
    }
    shadow->nsteps = w.n;
    shadow->met = w.met;
    if (w.n == 0)
        return w.met;
    if (w.met < 0)
        shadow->cut = w.cut;
    result = inwards(&w) ? w.met + (int)w.n : -2;
    shadow->n = result < 0 ? 0 : (unsigned)result + 1;
    return result;
}

unsigned lgc_walk_innermost(const struct lgc_shadow *s, uintptr_t *pc, unsigned max)
{
    unsigned n = 0;

    for (unsigned i = 0; i < s->nsteps && n < max; i++)
        if (!s->step[i].ours)
            pc[n++] = s->step[i].pc;
    for (int i = s->met; i >= 0 && n < max; i--)
        if (i == 0 ? s->frame[i].path != 0 : s->frame[i].path != s->frame[i - 1].path)
            pc[n++] = s->frame[i].pc;
    return n;
}
