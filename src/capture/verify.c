/* SPDX-License-Identifier: MIT
 * verify.c: frame by frame, return address by return address, before anything
 * is folded or shortened. */
#include "capture/verify.h"

#include <atomic_ops.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/msg.h"
#include "capture/site.h"
#include "capture/walk.h"

static AO_t compared[LGC_VERIFY_WAYS];

static LGC_COLD LGC_NORETURN void differ(const uintptr_t *fast, unsigned n, const uintptr_t *slow,
                                         unsigned m)
{
    for (unsigned i = 0; i < n || i < m; i++)
        lgc_msg("frame %u: by rules %p, by libgcc %p", i, (void *)(i < n ? fast[i] : 0),
                (void *)(i < m ? slow[i] : 0));
    lgc_msg_abort("verify_stacks: the two unwinders disagree");
}

static void compare(const struct lgc_shadow *s, int index, unsigned max)
{
    uintptr_t fast[LGC_STACK_MAX], slow[LGC_STACK_MAX];
    uint64_t exact;
    unsigned n = 0, m = lgc_walk_libgcc(slow, max, &exact);

    for (int i = index; i > 0 && n < LGC_STACK_MAX; i--)
        if (!s->frame[i].ours)
            fast[n++] = s->frame[i].pc;
    if (n != m || exact != 0 || memcmp(fast, slow, n * sizeof *fast) != 0)
        differ(fast, n, slow, m);
}

/* What the memo knows is compared with a walk from nothing. */
static void compare_memo(struct lgc_memo *m, const struct lgc_caller *caller, unsigned max,
                         uint32_t site)
{
    struct lgc_shadow *s = m->scratch;
    int index;

    if (s == NULL && (s = m->scratch = lgc_mem_alloc(sizeof *s)) == NULL)
        return;
    s->n = 0;
    index = lgc_walk_rules(s, caller, max);
    if (index <= 0)
        lgc_msg_abort("verify_stacks: the memo knows a stack that cannot be walked");
    compare(s, index, max);
    if (lgc_walk_path(s, (unsigned)index) != site)
        lgc_msg_abort("verify_stacks: the memo knows stack %u as %u", s->frame[index].path, site);
}

/* Of a stack that found no room the innermost frames are left. */
static void compare_short(const struct lgc_site *s, unsigned max)
{
    uintptr_t slow[LGC_STACK_MAX];
    uint64_t exact;
    unsigned m = lgc_walk_libgcc(slow, max, &exact);

    if (s->stack.depth > m || memcmp(s->stack.pc, slow, s->stack.depth * sizeof *slow) != 0)
        differ((const uintptr_t *)s->stack.pc, s->stack.depth, slow, m);
}

void lgc_verify_site(struct lgc_memo *m, const struct lgc_caller *caller, unsigned max,
                     uint32_t site, enum lgc_verify_way way, int index)
{
    const struct lgc_site *s = lgc_site_at(site);

    AO_fetch_and_add1(&compared[way]);
    if (way == LGC_VERIFY_MEMO)
        compare_memo(m, caller, max, site);
    if (way == LGC_VERIFY_WALK && index > 0)
        compare(&m->shadow, index, max);
    if (s != NULL && s->shortened)
        compare_short(s, max);
    else if (site != 0 && way == LGC_VERIFY_WALK && lgc_walk_path(&m->shadow, (unsigned)index) != site)
        lgc_msg_abort("verify_stacks: stack %u came out as %u", m->shadow.frame[index].path, site);
}

void lgc_verify_say(void)
{
    unsigned long memo = AO_load(&compared[LGC_VERIFY_MEMO]), walk = AO_load(&compared[LGC_VERIFY_WALK]);

    lgc_msg("verify_stacks: %lu stacks are as libgcc unwinds them: %lu were remembered, %lu walked; "
            "%lu more only libgcc could unwind",
            memo + walk, memo, walk, AO_load(&compared[LGC_VERIFY_LIBGCC]));
}
