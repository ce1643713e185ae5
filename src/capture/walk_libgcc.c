/* SPDX-License-Identifier: MIT
 * walk_libgcc.c: captures a stack with libgcc's unwinder, which knows signal
 * frames, expressions and everything else, and looks all of it up each time. */
#include <unwind.h>

#include "capture/walk.h"
#include "world/module.h"

struct walk {
    uintptr_t *pc;
    unsigned n, max;
    uint64_t exact;
};

static _Unwind_Reason_Code take_frame(struct _Unwind_Context *context, void *arg)
{
    struct walk *w = arg;
    int before = 0;
    uintptr_t pc = _Unwind_GetIPInfo(context, &before);

    if (pc == 0)
        return _URC_END_OF_STACK;
    if (lgc_module_is_ours(pc))
        return _URC_NO_REASON;
    if (before && w->n < 64)
        w->exact |= 1ull << w->n;
    w->pc[w->n++] = pc;
    return w->n == w->max ? _URC_END_OF_STACK : _URC_NO_REASON;
}

unsigned lgc_walk_libgcc(uintptr_t *pc, unsigned max, uint64_t *exact)
{
    struct walk w = { pc, 0, max, 0 };

    _Unwind_Backtrace(take_frame, &w);
    *exact = w.exact;
    return w.n;
}
