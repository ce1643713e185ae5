/* SPDX-License-Identifier: MIT
 * spawn.c: clone, exec and a bounded wait.
 *
 *   program ── keeper ── tool      the keeper shares the program's memory
 *
 * An exec makes an ordinary child of any process (execve(2): "the termination
 * signal is reset to SIGCHLD"), which the program's wait() would find.  So the
 * tool is the child of a process that never execs, and that wait() without
 * __WCLONE passes over. */
#include "run/spawn.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fds.h"
#include "base/mem.h"
#include "base/sys.h"
#include "find/child.h"

enum { STACK = 64 << 10, ENVIRONMENT_MAX = 4096, LOOK_NS = 2000000 };

struct child {
    const char *path;
    char *const *argv;
    char *const *environment;
    char *stack;             /* the tool's, until it execs: its top          */
    int in, out;
    bool by_range;           /* how descriptors may be closed                */
    uint64_t timeout_ns;
    int status;              /* from the keeper                              */
};

/* In the keeper, whose descriptors are its own: in and out become 0 and 1, all
 * others but 2 are closed. */
static bool place_files(int in, int out, bool by_range)
{
    /* A closed stdin or stdout of the program may be where our files landed. */
    if (in < 3)
        in = (int)syscall(SYS_fcntl, in, 0 /* F_DUPFD */, 3);
    if (out < 3)
        out = (int)syscall(SYS_fcntl, out, 0, 3);
    if (in < 0 || out < 0 || syscall(SYS_dup2, in, 0) < 0 || syscall(SYS_dup2, out, 1) < 0)
        return false;
    lgc_fds_close(3, -1, by_range);
    return true;
}

/* In the tool's process, which shares our memory until it execs: system calls
 * only. */
static int run_tool(void *arg)
{
    const struct child *c = arg;
    uint64_t none = 0;

    syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, 8);
    syscall(SYS_execve, c->path, c->argv, c->environment);
    syscall(SYS_exit_group, 127);
    return 127;
}

static int begins(const char *s, const char *with) { return strncmp(s, with, strlen(with)) == 0; }

/* The environment without what would load this library into the tool, or let
 * it ask the network for debug information. */
static void clean_environment(char **copy)
{
    size_t n = 0;

    for (char **e = environ; e != NULL && *e != NULL && n < ENVIRONMENT_MAX - 1; e++)
        if (!begins(*e, "LD_PRELOAD=") && !begins(*e, "LD_AUDIT=") && !begins(*e, "GC_") &&
            !begins(*e, "LEAKSGC_RUN=") && !begins(*e, "LEAKSGC_OPTIONS=") &&
            !begins(*e, "DEBUGINFOD_"))
            copy[n++] = *e;
    copy[n] = NULL;
}

/* Before Linux 5.2, or where a container forbids it, there is no pidfd: looks
 * every now and then.  It stays a zombie, so that the pid is its own. */
static long look_for_end(int pid, uint64_t timeout_ns)
{
    struct timespec moment = { 0, LOOK_NS };

    for (uint64_t waited = 0;; waited += LOOK_NS) {
        siginfo_t info = { .si_pid = 0 };

        if (syscall(SYS_waitid, P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT | __WALL, NULL) != 0 ||
            info.si_pid != 0)
            return 1;
        if (waited >= timeout_ns)
            return 0;
        syscall(SYS_nanosleep, &moment, NULL);
    }
}

/* Waits for the child by its pidfd; kills exactly it when the time is over. */
static int wait_for(int pid, int pidfd, uint64_t timeout_ns)
{
    struct pollfd p = { pidfd, POLLIN, 0 };
    struct timespec t = { (time_t)(timeout_ns / 1000000000), (long)(timeout_ns % 1000000000) };
    int status = 0;
    long n;

    if (pidfd < 0) {
        n = look_for_end(pid, timeout_ns);
    } else {
        do /* the kernel leaves in t what remains; all signals are blocked anyway */
            n = syscall(SYS_ppoll, &p, 1, &t, NULL, 8);
        while (n < 0 && errno == EINTR);
    }
    if (n <= 0)
        syscall(SYS_kill, pid, SIGKILL);
    do
        n = syscall(SYS_wait4, pid, &status, __WALL, NULL);
    while (n < 0 && errno == EINTR);
    return n == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The keeper: system calls only, as it shares our memory. */
static int keep(void *arg)
{
    struct child *c = arg;
    uint64_t by_default[4] = { 0 }; /* the kernel's struct sigaction */
    int pid, pidfd = -1;

    syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    /* Who ignores SIGCHLD gets no exit status. */
    syscall(SYS_rt_sigaction, SIGCHLD, by_default, NULL, 8);
    if (place_files(c->in, c->out, c->by_range)) {
        pid = __clone(run_tool, c->stack, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, c, &pidfd);
        if (pid < 0)
            pid = __clone(run_tool, c->stack, CLONE_VM | CLONE_VFORK | SIGCHLD, c);
        if (pid > 0)
            c->status = wait_for(pid, pidfd, c->timeout_ns);
    }
    syscall(SYS_exit_group, 0);
    return 0;
}

/* One piece of memory: [tool's stack][keeper's stack][environment][struct child]. */
enum { CHILD_AT = 2 * STACK + ENVIRONMENT_MAX * sizeof(char *),
       MEMORY = CHILD_AT + sizeof(struct child) };

bool lgc_spawn_start(struct lgc_spawn *spawn, const char *path, char *const argv[], int in,
                     int out, uint64_t timeout_ns)
{
    char *memory = lgc_mem_map(MEMORY);
    struct child *c = (struct child *)(memory + CHILD_AT);
    int saved = errno;

    spawn->pid = -ENOMEM;
    if (memory == NULL)
        return false;
    clean_environment((char **)(memory + 2 * STACK));
    *c = (struct child){ .path = path, .argv = argv, .in = in, .out = out,
                         .environment = (char **)(memory + 2 * STACK), .stack = memory + STACK,
                         .by_range = lgc_child_may(LGC_CHILD_CLOSE_RANGE), .timeout_ns = timeout_ns, .status = -1 };
    spawn->memory = memory;
    spawn->pid = __clone(keep, memory + 2 * STACK, CLONE_VM, c);
    if (spawn->pid < 0)
        spawn->pid = -errno;
    errno = saved;
    if (spawn->pid <= 0)
        lgc_mem_unmap(memory, MEMORY);
    return spawn->pid > 0;
}

int lgc_spawn_finish(struct lgc_spawn *spawn)
{
    char *memory = spawn->memory;
    int saved = errno, status;

    while (syscall(SYS_wait4, spawn->pid, NULL, __WALL, NULL) < 0 && errno == EINTR)
        ;
    status = ((struct child *)(memory + CHILD_AT))->status;
    lgc_mem_unmap(memory, MEMORY);
    errno = saved;
    return status == 127 ? -1 : status;
}

int lgc_spawn(const char *path, char *const argv[], int in, int out, uint64_t timeout_ns)
{
    struct lgc_spawn spawn;

    return lgc_spawn_start(&spawn, path, argv, in, out, timeout_ns) ? lgc_spawn_finish(&spawn)
                                                                    : -1;
}
