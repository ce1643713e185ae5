/* SPDX-License-Identifier: MIT
 * namespace.c: system calls that a process with a second thread cannot make,
 * or that would leave the library's thread behind in the old namespace. */
#include <sched.h>

#include "base/attr.h"
#include "entry/next.h"
#include "run/helper.h"

LGC_NEXT_DECLARE(int, unshare, int);
LGC_NEXT_DECLARE(int, setns, int, int);

LGC_EXPORT int unshare(int flags)
{
    LGC_NEXT(unshare);
    lgc_helper_end(true);
    return next_unshare(flags);
}

LGC_EXPORT int setns(int fd, int type)
{
    LGC_NEXT(setns);
    lgc_helper_end(true);
    return next_setns(fd, type);
}
