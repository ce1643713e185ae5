/* SPDX-License-Identifier: MIT
 * terminate.c: the handler that checks before a signal ends the program. */
#include "run/terminate.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/guard.h"
#include "run/helper.h"
#include "run/life.h"
#include "world/stop.h"

static const int covered[] = { SIGTERM, SIGINT, SIGHUP };
enum { COVERED = sizeof covered / sizeof covered[0] };

static bool started;
static int (*next_sigaction)(int, const struct sigaction *, struct sigaction *);

static void die_by(int sig)
{
    struct sigaction sa = { .sa_handler = SIG_DFL };
    uint64_t bit = 1ull << (sig - 1);

    next_sigaction(sig, &sa, NULL);
    syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &bit, NULL, 8);
    syscall(SYS_tgkill, getpid(), (int)syscall(SYS_gettid), sig);
}

/* A child of vfork dies alone: the memory is its parent's, which goes on. */
static void end_by(int sig, const struct lgc_stopped *self)
{
    if (lgc_life_is_own()) {
        lgc_helper_finish();
        lgc_life_end("signal", self);
    }
    die_by(sig);
}

static LGC_TLS int pending;

/* The signal came while this thread was inside the library. */
static void deferred(void)
{
    struct lgc_stopped self;
    uintptr_t sp;
    int sig = pending;

    LGC_STOP_SPILL(sp);
    lgc_stop_here(&self, sp, NULL);
    end_by(sig, &self);
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
    struct lgc_stopped self;

    (void)info;
    if (lgc_guard_inside()) {
        pending = sig;
        lgc_guard.deferred = 1;
        return;
    }
    lgc_stop_interrupted(&self, context);
    end_by(sig, &self);
}

bool lgc_terminate_covers(int sig)
{
    for (int i = 0; i < COVERED; i++)
        if (started && covered[i] == sig)
            return true;
    return false;
}

bool lgc_terminate_started(void) { return started; }

void lgc_terminate_disposition(struct sigaction *out)
{
    memset(out, 0, sizeof *out);
    out->sa_sigaction = on_signal;
    out->sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
}

bool lgc_terminate_is_ours(const struct sigaction *sa)
{
    return (sa->sa_flags & SA_SIGINFO) && sa->sa_sigaction == on_signal;
}

void lgc_terminate_start(void)
{
    struct sigaction now, ours;

    *(void **)&next_sigaction = dlsym(RTLD_NEXT, "sigaction");
    if (next_sigaction == NULL)
        return;
    lgc_guard_deferred_work = deferred;
    lgc_terminate_disposition(&ours);
    for (int i = 0; i < COVERED; i++)
        if (next_sigaction(covered[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL)
            next_sigaction(covered[i], &ours, NULL);
    started = true;
}
