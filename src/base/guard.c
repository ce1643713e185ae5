/* SPDX-License-Identifier: MIT
 * guard.c: the thread-local depth itself and the work that waits for it. */
#include "base/guard.h"

#include <stddef.h>

LGC_TLS struct lgc_guard lgc_guard;
void (*lgc_guard_deferred_work)(void) = NULL;

void *lgc_guard_run_and_pass(void *p)
{
    lgc_guard_run_deferred();
    return p;
}

void lgc_guard_run_deferred(void)
{
    lgc_guard.deferred = 0;
    if (lgc_guard_deferred_work != NULL)
        lgc_guard_deferred_work();
}
