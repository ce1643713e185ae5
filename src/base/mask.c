/* SPDX-License-Identifier: MIT
 * mask.c: rt_sigprocmask, bare. */
#include "base/mask.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

uint64_t lgc_mask_block(void)
{
    uint64_t all = ~0ull, before = 0;
    int saved = errno;

    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, &before, sizeof before);
    errno = saved;
    return before;
}

void lgc_mask_restore(uint64_t before)
{
    int saved = errno;

    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
    errno = saved;
}
