/* SPDX-License-Identifier: MIT
 * watch.c: what the handler of a stop notes of the call that it interrupted. */
#include "world/watch.h"

#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/attr.h"
#include "world/stop.h"

/* Where the stack stood at the last system call of this thread that the stop
 * made fail, 0 if none did; with bit 0 if a handler of the program follows. */
static LGC_TLS volatile uintptr_t watched;

/* The wait that wants signals held.  A handler may jump out of it: its place on
 * the stack counts while its number is still there. */
static LGC_TLS uint64_t *volatile ticket;
static LGC_TLS volatile uint64_t number, before;
static LGC_TLS volatile bool held;

/* Less than the kernel puts between a call and a handler that interrupts it
 * (red zone, vector registers, frame: over 1100 bytes), more than libc's
 * functions and ours need. */
enum { REACH = 1024 };

enum { SYSCALL_SIZE = 2 }; /* of the instruction */

static uint64_t bit(int sig) { return 1ull << (sig - 1); }

uint64_t lgc_watch_holdable(void)
{
    return ~(bit(SIGSEGV) | bit(SIGBUS) | bit(SIGFPE) | bit(SIGILL) | bit(SIGTRAP) | bit(SIGSYS) |
             bit(32) | bit(33));
}

void lgc_watch_begin(void)
{
    ticket = NULL;
    watched = 0;
}

void lgc_watch_begin_holding(uint64_t *on_stack)
{
    ticket = NULL;
    watched = 0;
    held = false;
    *on_stack = ++number;
    ticket = on_stack;
}

bool lgc_watch_held(uint64_t *out)
{
    *out = before;
    return ticket != NULL && held;
}

static bool just_below(uintptr_t sp, uintptr_t frame) { return sp < frame && frame - sp < REACH; }

bool lgc_watch_broke(const void *frame)
{
    uintptr_t at = watched;

    return at != 0 && (at & 1) == 0 && just_below(at, (uintptr_t)frame);
}

/* The kernel's. */
struct action { void (*handler)(int); unsigned long flags; void (*restorer)(void); uint64_t mask; };

/* Whether the thread takes a signal that has a handler when we return; one without
 * the flags `but`.  It may be one of the process that another thread takes instead;
 * which of them does is up to the kernel, so the program is ready for either. */
static bool handler_follows(const ucontext_t *uc, unsigned long but)
{
    struct action action;
    uint64_t pending = 0, blocked;

    memcpy(&blocked, &uc->uc_sigmask, sizeof blocked);
    if (syscall(SYS_rt_sigpending, &pending, sizeof pending) != 0)
        return false;
    for (pending &= ~blocked; pending != 0; pending &= pending - 1) {
        int sig = __builtin_ctzll(pending) + 1;

        if (sig != lgc_stop_signal() &&
            syscall(SYS_rt_sigaction, sig, NULL, &action, sizeof action.mask) == 0 &&
            action.handler != SIG_DFL && action.handler != SIG_IGN && (action.flags & but) == 0)
            return true;
    }
    return false;
}

static bool wants_hold(uintptr_t sp)
{
    return ticket != NULL && just_below(sp, (uintptr_t)ticket) && *ticket == number;
}

/* The thread goes on with what the context says is blocked.  All are blocked in
 * here: what comes from now on stays pending until the wait lets it in. */
static void hold(ucontext_t *uc)
{
    uint64_t mask;

    memcpy(&mask, &uc->uc_sigmask, sizeof mask);
    before = mask;
    held = true;
    mask |= lgc_watch_holdable();
    memcpy(&uc->uc_sigmask, &mask, sizeof mask);
}

/* Whether the kernel has set it back to make a call again that a handler without
 * SA_RESTART ends with EINTR (signal(7)).  The instruction leaves in rcx where it
 * returns to; rax is the number of the call again. */
static bool restarts(const greg_t *registers)
{
    static const short calls[] = {
        SYS_read, SYS_readv, SYS_write, SYS_writev, SYS_recvfrom, SYS_recvmsg, SYS_recvmmsg,
        SYS_sendto, SYS_sendmsg, SYS_sendmmsg, SYS_accept, SYS_accept4, SYS_connect, SYS_wait4,
        SYS_waitid, SYS_ioctl, SYS_open, SYS_openat, SYS_flock, SYS_fcntl, SYS_mq_timedreceive,
        SYS_mq_timedsend };
    long op = registers[REG_RSI] & FUTEX_CMD_MASK;

    if (registers[REG_RCX] != registers[REG_RIP] + SYSCALL_SIZE)
        return false;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (registers[REG_RAX] == calls[i])
            return true;
    return registers[REG_RAX] == SYS_futex && (op == FUTEX_WAIT || op == FUTEX_WAIT_BITSET);
}

/* The kernel has decided by our handler, which has SA_RESTART, that a call is made
 * again; by one that comes next it would have failed.  It fails. */
static void let_fail(ucontext_t *uc)
{
    greg_t *registers = uc->uc_mcontext.gregs;

    if (restarts(registers) && handler_follows(uc, SA_RESTART)) {
        registers[REG_RAX] = -EINTR;
        registers[REG_RIP] += SYSCALL_SIZE;
    }
}

/* That a handler follows is kept in mind through further stops, and also when the
 * thread has left the call since. */
void lgc_watch_stopped(void *ucontext)
{
    ucontext_t *uc = ucontext;
    bool broke = uc->uc_mcontext.gregs[REG_RAX] == -EINTR;
    uintptr_t sp = (uintptr_t)uc->uc_mcontext.gregs[REG_RSP];

    let_fail(uc);
    if ((watched & 1) || (watched == 0 && !broke))
        return;
    if (broke)
        watched = sp;
    if (handler_follows(uc, 0))
        watched |= 1;
    else if (broke && wants_hold(sp))
        hold(uc);
}
