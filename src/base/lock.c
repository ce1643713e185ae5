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

/* Ranks of locks that this thread has, or is about to take or has just left.
 * Its address is the name of the thread. */
static LGC_TLS unsigned held;
static LGC_TLS bool borrows, no_return, awaited;

/* Of the threads that end the process in handlers; the last of them. */
static unsigned abandoned;
static const void *volatile leaver;

enum { LOOK_NS = 50000000, MANY_LOOKS = 20 };

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

void lgc_lock_borrow(bool on) { borrows = on || no_return; }

void lgc_lock_no_return(void)
{
    borrows = no_return = true;
    AO_int_or_full(&abandoned, held);
    leaver = &held;
}

void lgc_lock_awaited(void) { awaited = true; }

/* Whether whoever has the lock never gives it back while this thread waits. */
static bool hopeless(const struct lgc_lock *lock)
{
    return (borrows && lock->owner == &held) ||
           (awaited && lock->owner != NULL && lock->owner == leaver);
}

/* The same, by what has been seen for a while: no owner is written in the moment
 * after a lock was taken and before it is left; and another owner may itself wait
 * for a later lock that nobody gives back. */
static bool seems_hopeless(const struct lgc_lock *lock, bool perhaps_mine, unsigned looks)
{
    if (borrows && perhaps_mine && lock->owner == NULL)
        return true;
    return (awaited || no_return) && AO_int_load(&abandoned) >> lock->rank != 0 && looks >= MANY_LOOKS;
}

static LGC_COLD bool contend(struct lgc_lock *lock, bool perhaps_mine)
{
    static const struct timespec look = { 0, LOOK_NS };
    bool looks_again = borrows || awaited;

    for (unsigned looks = 0;; looks++) {
        if (hopeless(lock))
            break;
        if (exchange(&lock->state, 2) == 0)
            return true;
        if (futex(&lock->state, FUTEX_WAIT, 2, looks_again ? &look : NULL) == ETIMEDOUT &&
            seems_hopeless(lock, perhaps_mine, looks))
            break;
    }
    AO_int_fetch_and_add1_full(&lock->borrowed);
    return false;
}

void lgc_lock(struct lgc_lock *lock)
{
    unsigned bit = 1u << lock->rank;
    bool perhaps_mine = (held & bit) != 0;

    held |= bit;
    __asm__ volatile("" ::: "memory");
    if (AO_int_fetch_compare_and_swap_full(&lock->state, 0, 1) == 0 || contend(lock, perhaps_mine))
        lock->owner = &held;
}

bool lgc_lock_try(struct lgc_lock *lock)
{
    return AO_int_fetch_compare_and_swap_full(&lock->state, 0, 1) == 0;
}

void lgc_unlock(struct lgc_lock *lock)
{
    if (LGC_UNLIKELY(lock->borrowed > 0)) {
        AO_int_fetch_and_sub1_full(&lock->borrowed);
        return;
    }
    lock->owner = NULL;
    if (exchange(&lock->state, 0) == 2)
        futex(&lock->state, FUTEX_WAKE, 1, NULL);
    __asm__ volatile("" ::: "memory");
    held &= ~(1u << lock->rank);
}

void lgc_lock_reset(struct lgc_lock *lock)
{
    bool interrupted = borrows && lock->borrowed > 0;

    lock->borrowed = 0;
    if (interrupted)
        return;
    lock->owner = NULL;
    held &= ~(1u << lock->rank);
    AO_int_store_full(&lock->state, 0);
}
