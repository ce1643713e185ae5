/* SPDX-License-Identifier: MIT
 * worker.c: does a piece of work in a child process, which may crash or hang
 * without taking us along. */
#include "tool/worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_EVERY_MS = 100 };

static void be_child(lgc_worker_fn *work, void *arg, pid_t parent)
{
    static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM };
    struct rlimit none = { 0, 0 };
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);               /* it died before the call above */
    setrlimit(RLIMIT_CORE, &none);
    for (unsigned i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        signal(fatal[i], SIG_DFL);
    _exit(work(arg));
}

/* The child holds the other end of `watch`; its death closes it, however it
 * died, and wakes us at once. */
static bool wait_for_end(int watch, lgc_worker_stuck_fn *stuck, void *arg)
{
    struct pollfd p = { .fd = watch, .events = POLLIN };
    for (;;) {
        int n = poll(&p, 1, LOOK_EVERY_MS);
        if (n > 0 || (n < 0 && errno != EINTR))
            return true;
        if (stuck(arg))
            return false;
    }
}

struct lgc_worker_result lgc_worker_run(lgc_worker_fn *work, lgc_worker_stuck_fn *stuck,
                                        void *arg)
{
    struct lgc_worker_result result = { LGC_WORKER_NONE, 0 };
    int ends[2], status;
    pid_t parent = getpid();
    if (pipe(ends) != 0)
        return result;
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        be_child(work, arg, parent);
    }
    close(ends[1]);
    if (child > 0) {
        bool ended = wait_for_end(ends[0], stuck, arg);
        if (!ended)
            kill(child, SIGKILL);
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            continue;
        result.end = !ended ? LGC_WORKER_STUCK
                   : WIFEXITED(status) ? LGC_WORKER_DONE : LGC_WORKER_CRASHED;
        result.code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
    }
    close(ends[0]);
    return result;
}
