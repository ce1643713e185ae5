/* SPDX-License-Identifier: MIT
 * misuse.c: says which pointer was freed wrongly, and who had allocated it. */
#include "entry/misuse.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/address.h"
#include "base/guard.h"
#include "base/out.h"
#include "capture/site.h"
#include "capture/stack.h"
#include "heap/pagemap.h"
#include "run/stacks.h"
#include "world/module.h"

/* The title for the stack of the allocation, if p's block is known. */
static const struct lgc_site *allocation_of(const void *p, enum lgc_freed what, char *title)
{
    struct lgc_block *b = lgc_pagemap_get(p);
    struct lgc_object o;
    struct lgc_out out;
    const struct lgc_origin *from;
    int slot;

    lgc_out_init(&out, -1);
    if (what == LGC_FREED_INTERIOR && lgc_heap_find(p, false, &o)) {
        b = o.block;
        slot = (int)o.slot;
        lgc_out_f(&out, "It points %zu byte(s) into the block of %zu byte(s) at ",
                  (size_t)((uintptr_t)p - o.address), o.size);
        lgc_out_hex(&out, o.address); /* as it is: whoever prints the title sees to it */
        lgc_out_str(&out, ", allocated from:");
    } else if (what == LGC_FREED_BEFORE && b != NULL) {
        slot = lgc_block_is_large(b) ? 0 : lgc_block_slot(b, p);
        lgc_out_str(&out, "It was allocated from:");
    } else {
        return NULL;
    }
    memcpy(title, out.buf, out.used);
    title[out.used] = '\0';
    from = slot >= 0 ? lgc_block_origin(b, (unsigned)slot) : NULL;
    return from != NULL ? lgc_site_at(from->site) : NULL;
}

/* The call, below `heading`, and then the allocation. */
static void print_stacks(const void *p, enum lgc_freed what, const char *heading)
{
    uintptr_t pc[LGC_STACK_MAX];
    struct lgc_stacks_item item[2] = { { heading, pc, 0, 0, 0, NULL } };
    char title[160];
    const struct lgc_site *s = allocation_of(p, what, title);

    item[0].depth = lgc_stack_capture(pc, LGC_STACK_MAX, &item[0].exact);
    item[0].generation = lgc_module_generation();
    if (s != NULL) {
        item[1] = (struct lgc_stacks_item){ title, (const uintptr_t *)s->stack.pc, s->stack.depth,
                                            s->exact, s->generation, s->folded };
    }
    lgc_stacks_print(item, s != NULL ? 2 : 1);
}

static const char *words(enum lgc_freed what)
{
    switch (what) {
    case LGC_FREED_BEFORE:   return "double free: the block is free already";
    case LGC_FREED_INTERIOR: return "invalid pointer: it is inside a block, not its start";
    default:                 return "invalid pointer: no block of the heap begins there";
    }
}

/* Where addresses are shown as tokens the first line waits for the tool, which
 * knows the key; otherwise it must be out before anything else can go wrong. */
void lgc_misuse(const char *function, const void *p, enum lgc_freed what)
{
    struct lgc_out out;

    lgc_guard_enter();
    lgc_module_refresh();
    lgc_out_init(&out, lgc_address_plain() ? STDERR_FILENO : -1);
    lgc_out_f(&out, "==%d==ERROR: leaksgc: %s(", (int)getpid(), function);
    lgc_out_hex(&out, (uintptr_t)p);
    lgc_out_f(&out, "): %s\n", words(what));
    if (lgc_address_plain())
        lgc_out_flush(&out);
    lgc_out_str(&out, "It was called from:");
    lgc_out_char(&out, '\0');
    print_stacks(p, what, out.buf);
    abort();
}
