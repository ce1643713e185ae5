/* SPDX-License-Identifier: MIT
 * stack.c: unwinds by the call-frame information of the compiler: complete for
 * code without frame pointers.  By remembered rules where they suffice; else,
 * as for signal frames, by libgcc's unwinder.  Neither locks or allocates. */
#include "capture/stack.h"

#include <string.h>
#include <unwind.h>

#include "base/attr.h"
#include "base/msg.h"
#include "capture/memo.h"
#include "capture/site.h"
#include "capture/walk.h"

static bool verify;

void lgc_stack_verify(bool on) { verify = on; }

static LGC_COLD void compare(const uintptr_t *fast, int n, const uintptr_t *slow, unsigned m)
{
    if (n < 0 || ((unsigned)n == m && memcmp(fast, slow, m * sizeof *slow) == 0))
        return;
    for (unsigned i = 0; i < m || i < (unsigned)n; i++)
        lgc_msg("frame %u: by rules %p, by libgcc %p", i, (void *)(i < (unsigned)n ? fast[i] : 0),
                (void *)(i < m ? slow[i] : 0));
    lgc_msg_abort("verify_stacks: the two unwinders disagree");
}

unsigned lgc_stack_capture(uintptr_t *pc, unsigned max, uint64_t *exact)
{
    return lgc_walk_libgcc(pc, max, exact);
}

static uint32_t unwind(const struct lgc_caller *caller, unsigned max, struct lgc_memo_trail *trail)
{
    uintptr_t pc[LGC_STACK_MAX], slow[LGC_STACK_MAX];
    uint64_t exact = 0;
    int n = lgc_walk_rules(caller, pc, max, trail);

    if (LGC_UNLIKELY(verify))
        compare(pc, n, slow, lgc_walk_libgcc(slow, max, &exact));
    if (n < 0) {
        trail->complete = false;
        n = (int)lgc_walk_libgcc(pc, max, &exact);
    }
    return lgc_site_intern(pc, (unsigned)n, exact);
}

static LGC_COLD void compare_site(uint32_t site, unsigned max)
{
    const struct lgc_site *s = lgc_site_at(site);
    uintptr_t slow[LGC_STACK_MAX];
    uint64_t exact;

    compare((const uintptr_t *)s->stack.pc, (int)s->stack.depth, slow,
            lgc_walk_libgcc(slow, max, &exact));
}

uint32_t lgc_stack_site(const struct lgc_caller *caller, unsigned max)
{
    struct lgc_memo_trail trail;
    uint32_t site = lgc_memo_find(caller);

    if (LGC_LIKELY(site != 0)) {
        if (LGC_UNLIKELY(verify))
            compare_site(site, max);
        return site;
    }
    site = unwind(caller, max, &trail);
    if (site != 0 && trail.complete)
        lgc_memo_add(caller, &trail, site);
    return site;
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
