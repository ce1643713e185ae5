/* SPDX-License-Identifier: MIT
 * alone.c: mask, guard, lock, stack, and back. */
#include "run/alone.h"

#include <errno.h>
#include <pthread.h>

#include "base/guard.h"
#include "base/mask.h"
#include "base/ownstack.h"
#include "find/pace.h"

struct lgc_lock lgc_check_lock = LGC_LOCK_INIT(LGC_RANK_CHECK);

static struct lgc_ownstack own; /* guarded by it                              */

void lgc_alone_run(bool hurries, void (*work)(void *arg), void *arg)
{
    /* No handler of the program shall run on this thread while others stand
     * still: it could wait for one of them. */
    uint64_t before = lgc_mask_block();
    int saved = errno, cancels;

    /* libc's open and write would end a thread that is cancelled, in here. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancels);
    lgc_guard_enter();
    if (hurries)
        lgc_pace_hurry(true);
    lgc_lock(&lgc_check_lock);
    if (hurries)
        lgc_pace_hurry(false);
    errno = saved;
    lgc_ownstack_run(&own, work, arg);
    saved = errno;
    lgc_unlock(&lgc_check_lock);
    lgc_guard_leave();
    pthread_setcancelstate(cancels, NULL);
    errno = saved;
    lgc_mask_restore(before);
}
