/* SPDX-License-Identifier: MIT
 * malloc_info.c: the functions by which programs ask glibc about its heap. */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/guard.h"
#include "base/out.h"
#include "capture/memo.h"
#include "capture/path.h"
#include "heap/gcheap.h"
#include "heap/heap.h"
#include "heap/trim.h"
#include "run/life.h"

static void numbers(uint64_t *held, uint64_t *live)
{
    struct lgc_count allocated = { 0, 0 }, freed = { 0, 0 };
    uint64_t unused;

    *held = *live = 0;
    if (lgc_life_now() < LGC_LIFE_QUIET || lgc_life == LGC_LIFE_ASIDE)
        return;
    lgc_cache_totals(&allocated, &freed);
    lgc_gcheap_footprint(held, &unused);
    *live = allocated.bytes - freed.bytes;
    if (*held < *live)
        *held = *live;
}

LGC_EXPORT struct mallinfo2 mallinfo2(void)
{
    struct mallinfo2 m;
    uint64_t held, live;

    memset(&m, 0, sizeof m);
    numbers(&held, &live);
    m.arena = held;
    m.uordblks = live;
    m.fordblks = held - live;
    m.ordblks = 1;
    return m;
}

LGC_EXPORT struct mallinfo mallinfo(void)
{
    struct mallinfo2 wide = mallinfo2();
    struct mallinfo m;

    memset(&m, 0, sizeof m);
    m.arena = (int)wide.arena;
    m.uordblks = (int)wide.uordblks;
    m.fordblks = (int)wide.fordblks;
    m.ordblks = (int)wide.ordblks;
    return m;
}

LGC_EXPORT int mallopt(int parameter, int value)
{
    (void)parameter;
    (void)value;
    return 1; /* accepted, without effect: nothing here depends on it */
}

LGC_EXPORT int malloc_trim(size_t pad)
{
    bool any;

    (void)pad;
    if (lgc_life != LGC_LIFE_QUIET && lgc_life != LGC_LIFE_FINDING)
        return 0;
    lgc_guard_enter();
    any = lgc_trim(false);
    lgc_guard_leave();
    return any;
}

LGC_EXPORT void malloc_stats(void)
{
    struct lgc_out out;
    uint64_t held, live;

    numbers(&held, &live);
    lgc_out_init(&out, STDERR_FILENO);
    lgc_out_f(&out, "Total (incl. mmap):\nsystem bytes     = %10lu\nin use bytes     = %10lu\n",
              (unsigned long)held, (unsigned long)live);
    lgc_out_flush(&out);
}

LGC_EXPORT int malloc_info(int options, FILE *stream)
{
    uint64_t held, live;

    if (options != 0)
        return EINVAL;
    numbers(&held, &live);
    fprintf(stream,
            "<malloc version=\"1\">\n"
            "<system type=\"current\" size=\"%lu\"/>\n"
            "<inuse type=\"current\" size=\"%lu\"/>\n"
            "<paths type=\"current\" count=\"%lu\"/>\n" /* of calls, that allocations came by */
            "<walked type=\"max\" count=\"%u\"/>\n" /* threads whose stacks were walked */
            "</malloc>\n",
            (unsigned long)held, (unsigned long)live, (unsigned long)lgc_path_count(),
            lgc_memo_count());
    return 0;
}
