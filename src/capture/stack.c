/* SPDX-License-Identifier: MIT
 * stack.c: unwinds by the call-frame information of the compiler: complete for
 * code without frame pointers.  By remembered rules where they suffice; else,
 * as for signal frames, by libgcc's unwinder.  Neither locks or allocates. */
#include "capture/stack.h"

#include <atomic_ops.h>
#include <string.h>
#include <unwind.h>

#include "base/attr.h"
#include "base/msg.h"
#include "capture/memo.h"
#include "capture/site.h"
#include "capture/walk.h"

static bool verify;
static AO_t compared[3];         /* known by the memo; walked; by libgcc only */

void lgc_stack_verify(bool on)
{
    verify = on;
    lgc_memo_hide(on); /* so that what it knows comes here too */
}

void lgc_stack_verified(unsigned long of[3])
{
    for (int i = 0; i < 3; i++)
        of[i] = AO_load(&compared[i]);
}

unsigned lgc_stack_capture(uintptr_t *pc, unsigned max, uint64_t *exact)
{
    return lgc_walk_libgcc(pc, max, exact);
}

/* Of a stack that was shortened for lack of room the frames that are left. */
static bool equal(const struct lgc_site *s, const uintptr_t *pc, unsigned n, uint64_t exact)
{
    if (s->shortened ? s->stack.depth > n : s->stack.depth != n || s->exact != exact)
        return false;
    return memcmp(s->stack.pc, pc, s->stack.depth * sizeof *pc) == 0;
}

static LGC_COLD uint32_t compare(uint32_t site, unsigned max, int way)
{
    const struct lgc_site *s = lgc_site_at(site);
    uintptr_t slow[LGC_STACK_MAX];
    uint64_t exact;
    unsigned n = lgc_walk_libgcc(slow, max, &exact), m = s == NULL ? 0 : s->stack.depth;

    AO_fetch_and_add1(&compared[way]);
    if (s == NULL || equal(s, slow, n, exact))
        return site;
    for (unsigned i = 0; i < n || i < m; i++)
        lgc_msg("frame %u: by rules %p, by libgcc %p", i, i < m ? s->stack.pc[i] : NULL,
                (void *)(i < n ? slow[i] : 0));
    lgc_msg_abort("verify_stacks: the two unwinders disagree");
}

static LGC_NOINLINE uint32_t by_libgcc(unsigned max)
{
    uintptr_t pc[LGC_STACK_MAX];
    uint64_t exact = 0;
    unsigned n = lgc_walk_libgcc(pc, max, &exact);

    if (LGC_UNLIKELY(verify))
        AO_fetch_and_add1(&compared[2]);
    return lgc_site_intern(pc, n, exact);
}

static LGC_COLD uint32_t without_room(const struct lgc_shadow *s)
{
    uintptr_t pc[LGC_SITE_SHORT];

    return lgc_site_shorten(pc, lgc_walk_innermost(s, pc, LGC_SITE_SHORT));
}

uint32_t lgc_stack_site_unknown(const struct lgc_caller *caller, unsigned max)
{
    struct lgc_memo *m = lgc_memo_own();
    uint32_t site = 0;
    int index;

    if (LGC_UNLIKELY(verify) && m != NULL && (site = lgc_memo_look(m, caller)) != 0)
        return compare(site, max, 0);
    index = m == NULL ? -1 : lgc_walk_rules(&m->shadow, caller, max);
    if (index == -1)
        return by_libgcc(max);
    site = index < 0 ? 0 : lgc_site_of_path(m->shadow.frame[index].path);
    if (LGC_LIKELY(site != 0))
        lgc_memo_add(m, (unsigned)index, site);
    else
        site = without_room(&m->shadow);
    return LGC_UNLIKELY(verify) ? compare(site, max, 1) : site;
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
