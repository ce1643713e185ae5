/* SPDX-License-Identifier: MIT
 * stacks.c: a finding of stacks alone, for the tool to name. */
#include "run/stacks.h"

#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"
#include "capture/stack.h"
#include "find/group.h"
#include "run/deliver.h"

enum { ITEMS_MAX = 2 };

void lgc_stacks_print(const struct lgc_stacks_item *items, unsigned count)
{
    struct lgc_frame frames[ITEMS_MAX][LGC_STACK_MAX];
    struct lgc_group groups[ITEMS_MAX];
    const char *titles[ITEMS_MAX];
    struct lgc_grouping g;
    uint64_t all = ~0ull;

    count = count < ITEMS_MAX ? count : ITEMS_MAX;
    memset(groups, 0, sizeof groups);
    lgc_group_modules(&g);
    for (unsigned i = 0; i < count; i++) {
        groups[i].nframes = items[i].depth < LGC_STACK_MAX ? items[i].depth : LGC_STACK_MAX;
        groups[i].frames = frames[i];
        titles[i] = items[i].title;
        for (unsigned f = 0; f < groups[i].nframes; f++) {
            lgc_group_frame(items[i].pc[f], f < 64 && (items[i].exact >> f & 1),
                            items[i].generation, &frames[i][f]);
            frames[i][f].folded = items[i].folded != NULL ? items[i].folded[f] : 0;
        }
    }
    g.finding.pid = (uint32_t)getpid();
    g.finding.reason = "misuse";
    g.finding.exe = "";
    g.finding.groups = groups;
    g.finding.ngroups = g.finding.nnotes = count;
    g.finding.notes = titles;
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, NULL, 8); /* abort undoes it for SIGABRT */
    lgc_deliver_stacks(&g.finding);
    lgc_group_free(&g);
}
