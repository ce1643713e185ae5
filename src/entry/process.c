/* SPDX-License-Identifier: MIT
 * process.c: ends without exit handlers, and libraries that are unloaded. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/guard.h"
#include "capture/known.h"
#include "capture/memo.h"
#include "capture/path.h"
#include "capture/rule.h"
#include "entry/next.h"
#include "run/life.h"
#include "world/module.h"
#include "world/stop.h"

LGC_NEXT_DECLARE(int, dlclose, void *);

/* Sites keep the names of what was unloaded, and do not take its place for
 * what is loaded there later. */
static void note_unloaded(uint32_t before)
{
    if (lgc_module_refresh() == before)
        return;
    for (size_t i = 0; i < lgc_module_count(); i++) {
        const struct lgc_loaded *m = lgc_module_at(i);

        if (m->until > before && m->until != LGC_MODULE_LOADED) {
            lgc_path_close(m->start, m->end);
            lgc_rule_forget(m->start, m->end);
            lgc_memo_forget_all();
            lgc_known_forget_all();
        }
    }
}

LGC_EXPORT int dlclose(void *handle)
{
    uint32_t before;
    int status;

    LGC_NEXT(dlclose);
    if (!lgc_life_finding() || lgc_guard_inside())
        return next_dlclose(handle);
    lgc_guard_enter();
    before = lgc_module_refresh();
    lgc_guard_leave();
    status = next_dlclose(handle); /* runs the library's destructors */
    lgc_guard_enter();
    note_unloaded(before);
    lgc_guard_leave();
    return status;
}

LGC_NORETURN static void end_now(int status)
{
    struct lgc_stopped self;
    uintptr_t sp;

    if (lgc_life == LGC_LIFE_FINDING) {
        LGC_STOP_SPILL(sp);
        lgc_stop_here(&self, sp, NULL);
        status = lgc_life_exit_now(status, &self);
    }
    for (;;)
        syscall(SYS_exit_group, status);
}

LGC_EXPORT void _exit(int status) { end_now(status); }
LGC_EXPORT void _Exit(int status) { end_now(status); }
