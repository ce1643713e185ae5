/* SPDX-License-Identifier: MIT
 * stack.c: unwinds by the call-frame information of the compiler: complete for
 * code without frame pointers.  By remembered rules where they suffice; else,
 * as for signal frames, by libgcc's unwinder.  Neither locks or allocates. */
#include "capture/stack.h"

#include <unwind.h>

#include "base/attr.h"
#include "capture/known.h"
#include "capture/memo.h"
#include "capture/site.h"
#include "capture/verify.h"
#include "capture/walk.h"

static bool verify;

void lgc_stack_verify(bool on)
{
    verify = on;
    lgc_memo_hide(on); /* so that what it knows comes here too */
}

/* At the end: how many were compared. */
__attribute__((destructor)) static void say_verified(void)
{
    if (verify)
        lgc_verify_say();
}

unsigned lgc_stack_capture(uintptr_t *pc, unsigned max, uint64_t *exact)
{
    return lgc_walk_libgcc(pc, max, exact);
}

static LGC_NOINLINE uint32_t by_libgcc(unsigned max)
{
    uintptr_t pc[LGC_STACK_MAX];
    uint64_t exact = 0;
    unsigned n = lgc_walk_libgcc(pc, max, &exact);

    return lgc_site_intern(pc, n, exact);
}

/* The site of a stack that was met for the first time, or was forgotten. */
static LGC_NOINLINE uint32_t from_tree(struct lgc_memo *m, unsigned index)
{
    uintptr_t pc[LGC_SITE_SHORT];
    struct lgc_shadow *s = &m->shadow;
    uint32_t path = lgc_walk_path(s, index), site = path == 0 ? 0 : lgc_site_of_path(path);

    if (LGC_UNLIKELY(site == 0))
        return lgc_site_shorten(pc, lgc_walk_innermost(s, index, pc, LGC_SITE_SHORT));
    lgc_known_put(s->frame[index].digest, site, lgc_site_count());
    lgc_memo_note(m, index, site);
    return site;
}

/* The site, and the frame of the shadow that is the caller's, or -1: it was not
 * walked by rules. */
LGC_INLINE uint32_t unwind(struct lgc_memo *m, const struct lgc_caller *caller, unsigned max, int *index)
{
    uint32_t site;

    *index = m == NULL ? -1 : lgc_walk_rules(&m->shadow, caller, max);
    if (LGC_UNLIKELY(*index == -1))
        return by_libgcc(max);
    site = lgc_known_find(m->shadow.frame[*index].digest);
    if (LGC_UNLIKELY(site == 0))
        return from_tree(m, (unsigned)*index);
    lgc_memo_note(m, (unsigned)*index, site);
    return site;
}

static LGC_COLD uint32_t verified(struct lgc_memo *m, const struct lgc_caller *caller, unsigned max)
{
    uint32_t site = m == NULL ? 0 : lgc_memo_look(m, caller);
    enum lgc_verify_way way = LGC_VERIFY_MEMO;
    int index = 0;

    if (site == 0) {
        site = unwind(m, caller, max, &index);
        way = index == -1 ? LGC_VERIFY_LIBGCC : LGC_VERIFY_WALK;
    }
    lgc_verify_site(m, caller, max, site, way, index);
    return site;
}

uint32_t lgc_stack_site_unknown(const struct lgc_caller *caller, unsigned max)
{
    struct lgc_memo *m = lgc_memo_own();
    int index;

    return LGC_UNLIKELY(verify) ? verified(m, caller, max) : unwind(m, caller, max, &index);
}

struct search {
    uintptr_t function, *sp, *registers;
    int found, pass; /* 1: the next frame is the caller */
};

static _Unwind_Reason_Code seek_frame(struct _Unwind_Context *context, void *arg)
{
    static const int number[6] = { 3, 6, 12, 13, 14, 15 }; /* DWARF: rbx rbp r12.. */
    struct search *s = arg;

    if (s->pass) {
        *s->sp = _Unwind_GetCFA(context); /* of libgcc's: the frame's own sp */
        for (int i = 0; i < 6; i++)
            s->registers[i] = _Unwind_GetGR(context, number[i]);
        s->found = 1;
        return _URC_END_OF_STACK;
    }
    if ((uintptr_t)_Unwind_FindEnclosingFunction((void *)(_Unwind_GetIP(context) - 1)) ==
        s->function)
        s->pass = 1;
    return _URC_NO_REASON;
}

int lgc_stack_caller_of(uintptr_t function, uintptr_t *sp, uintptr_t registers[6])
{
    struct search s = { function, sp, registers, 0, 0 };

    _Unwind_Backtrace(seek_frame, &s);
    return s.found;
}
