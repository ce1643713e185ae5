/* SPDX-License-Identifier: MIT
 * child.c: clone without a termination signal, and what makes it a good guest.
 *
 * Raw system calls throughout: fork() would run the program's handlers and
 * take libc's locks, which a stopped thread may hold. */
#include "find/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fds.h"
#include "base/mem.h"
#include "base/sys.h"

/* About a fifth of the time of a busy thread on the same core: a check on a
 * machine without an idle core takes a few times as long, not twenty times. */
enum { LESS_NICE = 7 };

/* The table of descriptors is shared with the program until here, and only the
 * first 64 are held for the moment in which the kernel makes another (fs/file.c).
 * Before Linux 5.9: all are. */
static void close_all_but(int keep, bool by_range)
{
    /* A range up to the end is not even copied into the table of one's own;
     * what lies below `keep` is, and is held until the next line. */
    if (by_range && syscall(SYS_close_range, keep + 1u, ~0u, CLOSE_RANGE_UNSHARE) == 0) {
        if (keep > 0)
            syscall(SYS_close_range, 0u, keep - 1u, 0u);
        return;
    }
    if (syscall(SYS_unshare, CLONE_FILES) != 0)
        lgc_child_end(); /* closing would be done to the program */
    lgc_fds_close(0, keep, by_range);
}

static void die_first(void)
{
    int fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY, 0);

    if (fd < 0)
        return;
    syscall(SYS_write, fd, "1000", 4ul);
    syscall(SYS_close, fd);
}

static void yield_to_others(void)
{
    struct rlimit core = { 0, 0 };
    struct sched_param none = { 0 };

    syscall(SYS_setrlimit, RLIMIT_CORE, &core);

    /* Real-time threads make real-time copies. */
    syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &none);
    /* Not the lowest there is: who asks for a check on a busy machine waits
     * for it. */
    syscall(SYS_setpriority, PRIO_PROCESS, 0,
            20 - (int)syscall(SYS_getpriority, PRIO_PROCESS, 0) + LESS_NICE);
}

static void make(enum lgc_child_call call)
{
    int fd;

    switch (call) {
    case LGC_CHILD_YIELDS:
        yield_to_others();
        break;
    case LGC_CHILD_CLOSE_RANGE:
        syscall(SYS_close_range, ~0u, ~0u, 0u);
        break;
    default:
        fd = (int)syscall(SYS_pidfd_open, (int)syscall(SYS_getpid), 0);
        if (call == LGC_CHILD_PIDFD_GETFD)
            syscall(SYS_pidfd_getfd, fd, 0, 0);
    }
}

/* Shares our memory, so that nothing is copied for it, and works on a stack of its own. */
static int try_call(void *call)
{
    struct { void (*handler)(int); unsigned long flags; void (*restorer)(void); uint64_t mask; } none = { 0 };

    syscall(SYS_rt_sigaction, SIGSYS, &none, NULL, sizeof none.mask); /* no handler of the program */
    make(*(enum lgc_child_call *)call);
    lgc_child_end();
}

static bool survives(enum lgc_child_call call)
{
    enum { STACK = 16 << 10 };
    char *stack = lgc_mem_map(STACK);
    int saved = errno, status = -1;
    long pid = stack == NULL ? -1 : __clone(try_call, stack + STACK, CLONE_VM | CLONE_VFORK | CLONE_UNTRACED, &call);

    while (pid > 0 && syscall(SYS_wait4, pid, &status, __WALL, NULL) < 0)
        if (errno != EINTR)
            break; /* somebody else has waited for it */
    if (stack != NULL)
        lgc_mem_unmap(stack, STACK);
    errno = saved;
    return pid > 0 && status == 0;
}

bool lgc_child_may(enum lgc_child_call call)
{
    static unsigned char known[LGC_CHILD_CALLS]; /* 1: yes, 2: no; a sandbox does not change its mind */

    if (known[call] == 0) {
        if (syscall(SYS_prctl, PR_GET_SECCOMP, 0, 0, 0, 0) <= 0)
            return true;
        known[call] = survives(call) ? 1 : 2;
    }
    return known[call] == 1;
}

static void settle(int parent, int keep, bool by_range, bool yields)
{
    syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (syscall(SYS_getppid) != parent)
        lgc_child_end(); /* it has ended before that */
    close_all_but(keep, by_range);
    syscall(SYS_prctl, PR_SET_NAME, "leaksgc-check", 0, 0, 0);
    die_first();
    if (yields)
        yield_to_others();
}

int lgc_child_start(int keep)
{
    int saved = errno, parent = (int)syscall(SYS_getpid);
    bool by_range = lgc_child_may(LGC_CHILD_CLOSE_RANGE), yields = lgc_child_may(LGC_CHILD_YIELDS);
    long pid = syscall(SYS_clone, (unsigned long)(CLONE_FILES | CLONE_UNTRACED), 0ul, 0ul, 0ul, 0ul);

    if (pid < 0)
        pid = -errno;
    errno = saved;
    if (pid == 0)
        settle(parent, keep, by_range, yields);
    return (int)pid;
}

bool lgc_child_ended(int pid)
{
    siginfo_t info = { .si_pid = 0 };

    return syscall(SYS_waitid, P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT | __WALL, NULL) != 0 ||
           info.si_pid != 0;
}

void lgc_child_wait(int pid)
{
    int saved = errno;

    while (syscall(SYS_wait4, pid, NULL, __WALL, NULL) < 0 && errno == EINTR)
        ;
    errno = saved;
}

void lgc_child_end(void)
{
    for (;;)
        syscall(SYS_exit_group, 0);
}

uint64_t lgc_child_bytes(void)
{
    struct rusage usage = { 0 };

    /* Each first write to a page is a fault, and takes a page. */
    syscall(SYS_getrusage, RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_minflt * 4096;
}
