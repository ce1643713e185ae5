/* SPDX-License-Identifier: MIT
 * lsan.c: LeakSanitizer's interface, for code that is annotated for it. */
#include <stddef.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"
#include "leaksgc.h"
#include "run/check.h"
#include "run/life.h"
#include "run/settings.h"
#include "world/stop.h"

LGC_EXPORT void __lsan_do_leak_check(void);
LGC_EXPORT int __lsan_do_recoverable_leak_check(void);
LGC_EXPORT void __lsan_disable(void);
LGC_EXPORT void __lsan_enable(void);
LGC_EXPORT void __lsan_ignore_object(const void *p);
LGC_EXPORT void __lsan_register_root_region(const void *p, size_t n);
LGC_EXPORT void __lsan_unregister_root_region(const void *p, size_t n);

/* The check of the process's end, now; then none at its end.  Leaks end the
 * process, if an exit status was asked for. */
LGC_EXPORT void __lsan_do_leak_check(void)
{
    struct lgc_stopped self;
    uintptr_t sp;

    LGC_STOP_SPILL(sp);
    if (!lgc_life_finding())
        return;
    lgc_stop_here(&self, sp, NULL);
    if (lgc_life_end("call", &self) && lgc_settings.exitcode != 0) {
        fflush(NULL);
        syscall(SYS_exit_group, (int)lgc_settings.exitcode);
    }
}

LGC_EXPORT int __lsan_do_recoverable_leak_check(void)
{
    struct lgc_stopped self;
    struct lgc_check_request request = { .reason = "call", .self = &self, .report = true };
    uintptr_t sp;

    LGC_STOP_SPILL(sp);
    if (!lgc_life_finding())
        return 0;
    lgc_stop_here(&self, sp, NULL);
    return lgc_check_run(&request) == 1;
}

LGC_EXPORT void __lsan_disable(void) { leaksgc_disable(); }
LGC_EXPORT void __lsan_enable(void) { leaksgc_enable(); }
LGC_EXPORT void __lsan_ignore_object(const void *p) { leaksgc_ignore_object(p); }

LGC_EXPORT void __lsan_register_root_region(const void *p, size_t n)
{
    leaksgc_register_root_region(p, n);
}

LGC_EXPORT void __lsan_unregister_root_region(const void *p, size_t n)
{
    leaksgc_unregister_root_region(p, n);
}
