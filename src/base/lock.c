/* SPDX-License-Identifier: MIT
 * lock.c: the futex lock: 0 free, 1 held, 2 held and somebody may wait.
 *
 * The three-state mutex of U. Drepper, "Futexes Are Tricky" (2011), section 5.
 */
#include "base/lock.h"

#include <atomic_ops.h>
#include <errno.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"

/* Ranks of locks that this thread has, or is about to take or has just left. */
static LGC_TLS unsigned held;
static LGC_TLS bool no_return;

enum { PATIENCE_NS = 50000000 };

static int futex(unsigned *word, int op, unsigned value, const struct timespec *timeout)
{
    int saved = errno, result;

    result = (int)syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, timeout, (void *)0, 0);
    result = result == 0 ? 0 : errno;
    errno = saved;
    return result;
}

static unsigned exchange(unsigned *word, unsigned value)
{
    unsigned seen;

    do
        seen = AO_int_load_acquire(word);
    while (AO_int_fetch_compare_and_swap_full(word, seen, value) != seen);
    return seen;
}

void lgc_lock_no_return(void) { no_return = true; }

/* Perhaps it is another thread that has it; then it will be free soon. */
static bool borrow(struct lgc_lock *lock)
{
    static const struct timespec patience = { 0, PATIENCE_NS };

    while (exchange(&lock->state, 2) != 0)
        if (futex(&lock->state, FUTEX_WAIT, 2, &patience) == ETIMEDOUT) {
            lock->borrowed++;
            return true;
        }
    return false;
}

static LGC_COLD void contend(struct lgc_lock *lock, bool mine)
{
    if (mine && no_return && borrow(lock))
        return;
    while (exchange(&lock->state, 2) != 0)
        futex(&lock->state, FUTEX_WAIT, 2, NULL);
}

void lgc_lock(struct lgc_lock *lock)
{
    unsigned bit = 1u << lock->rank;
    bool mine = (held & bit) != 0;

    held |= bit;
    __asm__ volatile("" ::: "memory");
    if (AO_int_fetch_compare_and_swap_full(&lock->state, 0, 1) != 0)
        contend(lock, mine);
}

bool lgc_lock_try(struct lgc_lock *lock)
{
    return AO_int_fetch_compare_and_swap_full(&lock->state, 0, 1) == 0;
}

void lgc_unlock(struct lgc_lock *lock)
{
    if (LGC_UNLIKELY(lock->borrowed > 0)) {
        lock->borrowed--;
        return;
    }
    if (exchange(&lock->state, 0) == 2)
        futex(&lock->state, FUTEX_WAKE, 1, NULL);
    __asm__ volatile("" ::: "memory");
    held &= ~(1u << lock->rank);
}

void lgc_lock_reset(struct lgc_lock *lock)
{
    lock->borrowed = 0;
    held &= ~(1u << lock->rank);
    AO_int_store_full(&lock->state, 0);
}
