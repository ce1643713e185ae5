/* SPDX-License-Identifier: MIT
 * seccomp_that_kills.c: a filter that ends whoever makes a call of debuggers, or one that changes priorities, ends no program of ours.
 *
 * run: snapshot=fork:interval=20ms
 *   args service
 *   direct 1 5
 *   stack lose main
 *   way fork
 *   stderr-any
 * run: snapshot=fork:interval=20ms:dump_at_exit=${tmp}/dump
 *   args old
 *   direct 1 5
 *   way fork
 *   stderr-any
 * run: snapshot=fork:interval=20ms
 *   args handler
 *   direct 1 5
 *   way fork
 *   stderr-any
 */
#include "case.h"
#include "helper.h"
#include "seccomp.h"
#include <signal.h>

/* As a service's SystemCallFilter=~@debug @resources. */
static const int service[] = { SYS_pidfd_getfd, SYS_ptrace, SYS_perf_event_open, SYS_process_vm_readv, SYS_setpriority,
                               SYS_sched_setscheduler, SYS_sched_setaffinity, SYS_setrlimit, SYS_mbind, SYS_move_pages };
/* What a library of filters that is some years old does not know. */
static const int newer[] = { SYS_pidfd_getfd, SYS_pidfd_open, SYS_pidfd_send_signal, SYS_close_range, SYS_openat2 };

static void on_bad_call(int sig)
{
    (void)sig;
    _exit(98); /* one of ours that the program sees */
}

int main(int argc, char **argv)
{
    CHECK(argc >= 2);
    if (argc == 2) {
        if (!strcmp(argv[1], "old"))
            filter(newer, sizeof newer / sizeof *newer, SECCOMP_RET_KILL_PROCESS, 0);
        else
            filter(service, sizeof service / sizeof *service,
                   !strcmp(argv[1], "handler") ? SECCOMP_RET_TRAP : SECCOMP_RET_KILL_PROCESS, 0);
        again(argv);
    }
    if (!strcmp(argv[1], "handler"))
        signal(SIGSYS, on_bad_call);
    lose(5, 1);
    if (wait_for_helper())
        usleep(300000);
    return 0;
}
