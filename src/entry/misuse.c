/* SPDX-License-Identifier: MIT
 * misuse.c: says which pointer was freed wrongly, and who had allocated it. */
#include "entry/misuse.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/out.h"
#include "capture/site.h"
#include "capture/stack.h"
#include "heap/pagemap.h"
#include "world/module.h"

static void put_frame(struct lgc_out *out, unsigned i, uintptr_t pc)
{
    long m = lgc_module_find(pc - 1, lgc_module_generation());
    Dl_info info;

    lgc_out_f(out, "    #%u ", i);
    lgc_out_hex(out, pc);
    if (dladdr((void *)(pc - 1), &info) != 0 && info.dli_sname != NULL)
        lgc_out_f(out, " in %s", info.dli_sname);
    if (m >= 0) {
        lgc_out_f(out, " (%s+", lgc_module_at((size_t)m)->path);
        lgc_out_hex(out, pc - lgc_module_at((size_t)m)->bias);
        lgc_out_char(out, ')');
    }
    lgc_out_char(out, '\n');
}

static void put_call(struct lgc_out *out)
{
    uintptr_t pc[LGC_STACK_MAX];
    uint64_t exact;
    unsigned n = lgc_stack_capture(pc, LGC_STACK_MAX, &exact);

    for (unsigned i = 0; i < n; i++)
        put_frame(out, i, pc[i]);
}

static void put_site(struct lgc_out *out, const char *title, uint32_t id)
{
    const struct lgc_site *s = lgc_site_at(id);

    if (s == NULL)
        return;
    lgc_out_str(out, title);
    for (uint32_t i = 0; i < s->stack.depth; i++)
        put_frame(out, i, (uintptr_t)s->stack.pc[i]);
}

static void put_allocation(struct lgc_out *out, const void *p, enum lgc_freed what)
{
    struct lgc_object o;
    struct lgc_block *b = lgc_pagemap_get(p);
    int slot;

    if (what == LGC_FREED_INTERIOR && lgc_heap_find(p, false, &o)) {
        lgc_out_f(out, "It points %zu byte(s) into the block of %zu byte(s) at %p.\n",
                  (size_t)((uintptr_t)p - o.address), o.size, (void *)o.address);
        if (o.block->origin != NULL)
            put_site(out, "The block was allocated from:\n", o.block->origin[o.slot].site);
    } else if (what == LGC_FREED_BEFORE && b != NULL && b->origin != NULL) {
        slot = lgc_block_is_large(b) ? 0 : lgc_block_slot(b, p);
        if (slot >= 0)
            put_site(out, "It was allocated from:\n", b->origin[slot].site);
    }
}

static const char *words(enum lgc_freed what)
{
    switch (what) {
    case LGC_FREED_BEFORE:   return "double free: the block is free already";
    case LGC_FREED_INTERIOR: return "invalid pointer: it is inside a block, not its start";
    default:                 return "invalid pointer: no block of the heap begins there";
    }
}

void lgc_misuse(const char *function, const void *p, enum lgc_freed what)
{
    struct lgc_out out;

    lgc_guard_enter();
    lgc_module_refresh();
    lgc_out_init(&out, STDERR_FILENO);
    lgc_out_f(&out, "==%d==ERROR: leaksgc: %s(%p): %s\n", (int)getpid(), function, p, words(what));
    put_call(&out);
    put_allocation(&out, p, what);
    lgc_out_flush(&out);
    abort();
}
