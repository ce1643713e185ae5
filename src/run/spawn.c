/* SPDX-License-Identifier: MIT
 * spawn.c: clone, exec and a bounded wait. */
#include "run/spawn.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum { STACK = 64 << 10, ENVIRONMENT_MAX = 4096 };

struct child {
    const char *path;
    char *const *argv;
    char *const *environment;
    int in, out;
};

/* In the child, which shares our memory until it execs: system calls only. */
static int run_child(void *arg)
{
    const struct child *c = arg;
    sigset_t none;
    int in = c->in, out = c->out;

    /* A closed stdin or stdout of the program may be where our files landed. */
    if (in < 3)
        in = (int)syscall(SYS_fcntl, in, 0 /* F_DUPFD */, 3);
    if (out < 3)
        out = (int)syscall(SYS_fcntl, out, 0, 3);
    if (in < 0 || out < 0 || syscall(SYS_dup2, in, 0) < 0 || syscall(SYS_dup2, out, 1) < 0)
        syscall(SYS_exit_group, 127);
    syscall(SYS_close_range, 3u, ~0u, 0u);
    syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    memset(&none, 0, sizeof none);
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

/* Waits for the child by its pidfd; kills exactly it when the time is over. */
static int wait_for(int pid, int pidfd, uint64_t timeout_ns)
{
    struct pollfd p = { pidfd, POLLIN, 0 };
    struct timespec t = { (time_t)(timeout_ns / 1000000000), (long)(timeout_ns % 1000000000) };
    int status = 0;
    long n;

    do /* the kernel leaves in t what remains; all signals are blocked anyway */
        n = syscall(SYS_ppoll, &p, 1, &t, NULL, 8);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        syscall(SYS_kill, pid, SIGKILL);
    do
        n = syscall(SYS_wait4, pid, &status, __WALL, NULL);
    while (n < 0 && errno == EINTR);
    return n == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int lgc_spawn(const char *path, char *const argv[], int in, int out, uint64_t timeout_ns)
{
    char *memory = lgc_mem_map(STACK + ENVIRONMENT_MAX * sizeof(char *));
    char **environment = (char **)(memory + STACK);
    struct child c = { path, argv, environment, in, out };
    int saved = errno, pidfd = -1, pid, status = -1;

    if (memory == NULL)
        return -1;
    clean_environment(environment);
    pid = clone(run_child, memory + STACK, CLONE_VM | CLONE_VFORK | CLONE_PIDFD, &c, &pidfd);
    if (pid > 0) {
        status = wait_for(pid, pidfd, timeout_ns);
        syscall(SYS_close, pidfd);
    }
    lgc_mem_unmap(memory, STACK + ENVIRONMENT_MAX * sizeof(char *));
    errno = saved;
    return status == 127 ? -1 : status;
}
