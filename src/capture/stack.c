/* SPDX-License-Identifier: MIT
 * stack.c: unwinds by the call-frame information of the compiler, with the
 * unwinder of libgcc: complete for code without frame pointers, through PLT
 * stubs and signal frames, without locks (_dl_find_object) or allocation. */
#include "capture/stack.h"

#include <unwind.h>

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

unsigned lgc_stack_capture(uintptr_t *pc, unsigned max, uint64_t *exact)
{
    struct walk w = { pc, 0, max, 0 };

    _Unwind_Backtrace(take_frame, &w);
    *exact = w.exact;
    return w.n;
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
