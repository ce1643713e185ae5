/* SPDX-License-Identifier: MIT
 * trace.c: a work list that grows as it must. */
#include "find/trace.h"

#include "base/mem.h"

static void note(struct lgc_trace *t, const struct lgc_object *o)
{
    void *grown = lgc_mem_grow(t->work, &t->capacity, t->count + 1, sizeof *t->work);

    if (grown == NULL) {
        t->failed = true;
        return;
    }
    t->work = grown;
    t->work[t->count].lo = o->address;
    t->work[t->count++].hi = o->address + o->usable;
}

void lgc_trace_read(struct lgc_trace *t, uintptr_t lo, uintptr_t hi)
{
    struct lgc_object o;

    for (lo = (lo + 7) & ~(uintptr_t)7; lo + sizeof(void *) <= hi; lo += sizeof(void *))
        if (t->reach(*(void **)lo, &o))
            note(t, &o);
}

bool lgc_trace_drain(struct lgc_trace *t)
{
    while (t->count > 0) {
        t->count--;
        lgc_trace_read(t, t->work[t->count].lo, t->work[t->count].hi);
    }
    lgc_mem_unmap(t->work, t->capacity * sizeof *t->work);
    t->work = NULL;
    t->capacity = 0;
    return !t->failed;
}
