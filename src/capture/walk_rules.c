/* SPDX-License-Identifier: MIT
 * walk_rules.c: captures a stack with one remembered rule per return address.
 *
 * Outwards: steps by rules until a frame of the shadow is met and all its
 * checks hold.  Inwards: the digests of the frames that were passed. */
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

/* The difference of what is there now: 0 if the check holds. */
LGC_INLINE uintptr_t change(const struct lgc_shadow_check *c) { return *(const uintptr_t *)c->at ^ c->value; }

/* The innermost frame, from f outwards, whose unwinding makes none of the checks
 * from number n on. */
static struct lgc_shadow_frame *before_check(struct lgc_shadow *s, struct lgc_shadow_frame *f, unsigned n)
{
    struct lgc_shadow_frame *up = s->frame;

    if (n > f->nchecks / 2u) {
        while (f->nchecks > n)
            f--;
        return f;
    }
    while (up[1].nchecks <= n)
        up++;
    return up;
}

/* On the thread's own stack every slot outside of the current frame can be read.
 * So the checks are made from the outside in: the frames up to the first that
 * does not hold are as they were.  The innermost of them. */
LGC_INLINE struct lgc_shadow_frame *still(struct lgc_shadow *s, struct lgc_shadow_frame *f)
{
    const struct lgc_shadow_check *c = s->check, *const end = c + f->nchecks;

    while (end - c >= 4 && (change(c) | change(c + 1) | change(c + 2) | change(c + 3)) == 0)
        c += 4;
    while (c < end && change(c) == 0)
        c++;
    return c == end ? f : before_check(s, f, (unsigned)(c - s->check));
}

/* Elsewhere (a stack of the program's own may be gone) a slot may be read only
 * if the ones before it have shown where it is.  NULL: all checks of this frame
 * hold; else the innermost frame that does not depend on what has changed. */
static struct lgc_shadow_frame *verify(struct lgc_shadow *s, struct lgc_shadow_frame *f)
{
    for (unsigned n = f->nchecks; n-- > 0;)
        if (change(&s->check[n]) != 0)
            return before_check(s, f, n);
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

/* The frames of the shadow that the walk may meet. */
struct meeting {
    struct lgc_shadow_frame *next; /* the innermost of them                  */
    bool holds;                    /* their checks have been made            */
};

static struct meeting prepare(struct lgc_shadow *s, uintptr_t sp)
{
    struct meeting m = { &s->frame[s->n], false };

    while (m.next->sp < sp)
        m.next--;
    if (LGC_LIKELY(sp >= s->own_lo && s->n > 0 && s->frame[1].sp < s->own_hi)) {
        m.next = still(s, m.next);
        m.holds = true;
    }
    return m;
}

/* The walk has come to sp, which is not inside of the next one's. */
static bool meet(struct walk *w, struct meeting *m, const struct lgc_shadow_step *step, unsigned room)
{
    struct lgc_shadow *s = w->shadow;
    struct lgc_shadow_frame *changed = NULL;

    while (m->next->sp < step->sp)
        m->next--;
    if (m->next->sp != step->sp || !fits(s, m->next, step->pc, step->rbp, room))
        return false;
    if (!m->holds && (changed = verify(s, m->next)) != NULL) {
        m->next = changed;
        return false;
    }
    w->met = m->next;
    return true;
}

/* What a rule says besides how far the next frame is. */
enum { BESIDES = 0x1e };         /* ours, from_rbp, kind: capture/rule.h     */

/* False: a rule cannot say how to go on. */
static bool outwards(struct walk *w, const struct lgc_caller *caller, unsigned max)
{
    struct lgc_shadow *s = w->shadow;
    struct meeting m = prepare(s, caller->sp);
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
        if (m.next->sp <= sp && meet(w, &m, step, max - kept)) {
            if (w->met->rbp_matters)
                rbp_matters(w, step - 1);
            break;
        }
        if (LGC_UNLIKELY(step == end))
            return false;
        /* Behind a call, which may be the last instruction of its function. */
        rule = lgc_rule_in(table, pc - 1);
        if (LGC_UNLIKELY(rule == 0)) {
            rule = lgc_rule_search(pc - 1);
            table = lgc_rule_table_now();
        }
        step->rule = rule;
        cfa = sp;
        if (LGC_LIKELY(!lgc_rule_ours(rule)) && LGC_UNLIKELY(++kept == max)) {
            w->cut = true;
            step++;
            break;
        }
        if (LGC_UNLIKELY(rule & BESIDES)) {
            if (lgc_rule_kind(rule) != LGC_CFI_PLAIN) {
                if (lgc_rule_kind(rule) != LGC_CFI_LAST)
                    return false;
                step++;
                break;
            }
            if (lgc_rule_from_rbp(rule)) {
                rbp_matters(w, step);
                cfa = rbp;
            }
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
        if (LGC_UNLIKELY(pc - 1 >= LGC_PATH_PC)) {
            if (pc != 0)
                return false;
            step[1] = (struct lgc_shadow_step){ .sp = cfa, .rbp = rbp };
            step++;
            break;
        }
    }
    w->n = (unsigned)(step - s->step) - 1;
    return true;
}

/* Adds the steps to the shadow, the outermost first. */
static void inwards(const struct walk *w)
{
    struct lgc_shadow *s = w->shadow;
    struct lgc_shadow_frame *f = w->met;
    struct lgc_shadow_check *check = &s->check[f->nchecks];
    lgc_digest digest = f->digest;
    unsigned depth = f->depth;

    for (const struct lgc_shadow_step *step = &s->step[w->n]; step > s->step; step--) {
        bool ours = lgc_rule_ours(step->rule);

        if (LGC_LIKELY(!ours))
            digest = lgc_digest_add(digest, depth++, step->pc);
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
        f->digest = digest;
        f->path = 0;
        f->nchecks = (uint16_t)(check - s->check);
        f->depth = (uint16_t)depth;
        f->rbp_matters = step->flags & LGC_SHADOW_RBP;
        f->ours = ours;
    }
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
    met = (int)(w.met - s->frame);
    if (w.n == 0)
        return met;
    if (met == 0)
        s->cut = w.cut;
    inwards(&w);
    s->n = (unsigned)met + w.n;
    return (int)s->n;
}

uint32_t lgc_walk_path(struct lgc_shadow *s, unsigned index)
{
    unsigned i = index;
    uint32_t path;

    while (i > 0 && s->frame[i].path == 0)
        i--;
    path = s->frame[i].path;
    while (i++ < index) {
        struct lgc_shadow_frame *f = &s->frame[i];

        if (!f->ours && (path = lgc_path_push(path, f->pc, false)) == 0)
            return 0;
        f->path = path;
    }
    return path;
}

unsigned lgc_walk_innermost(const struct lgc_shadow *s, unsigned index, uintptr_t *pc, unsigned max)
{
    unsigned n = 0;

    for (; index > 0 && n < max; index--)
        if (!s->frame[index].ours)
            pc[n++] = s->frame[index].pc;
    return n;
}
