/* SPDX-License-Identifier: MIT
 * lock.c: the futex lock: 0 free, 1 held, 2 held and somebody may wait.
 *
 * The three-state mutex of U. Drepper, "Futexes Are Tricky" (2011), section 5.
 */
#include "base/lock.h"

#include <atomic_ops.h>
#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static void futex(unsigned *word, int op, unsigned value)
{
    int saved = errno;

    syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, (void *)0, (void *)0, 0);
    errno = saved;
}

static unsigned exchange(unsigned *word, unsigned value)
{
    unsigned seen;

    do
        seen = AO_int_load_acquire(word);
    while (AO_int_fetch_compare_and_swap_full(word, seen, value) != seen);
    return seen;
}

void lgc_lock(struct lgc_lock *lock)
{
    if (AO_int_fetch_compare_and_swap_full(&lock->state, 0, 1) == 0)
        return;
    while (exchange(&lock->state, 2) != 0)
        futex(&lock->state, FUTEX_WAIT, 2);
}

void lgc_unlock(struct lgc_lock *lock)
{
    if (exchange(&lock->state, 0) == 2)
        futex(&lock->state, FUTEX_WAKE, 1);
}

void lgc_lock_reset(struct lgc_lock *lock)
{
    AO_int_store_full(&lock->state, 0);
}
