/* SPDX-License-Identifier: MIT
 * fail_nth.c: runs a command in which the N-th system call that asks for memory fails with ENOMEM.
 *
 * Usage: fail_nth N[+] [NAME=VALUE...] COMMAND ARGUMENT...
 * Counts mmap, mremap and brk calls of the process that the command becomes and
 * of its threads, from its first instruction on; with "N+" all later ones fail
 * as well.  Children are let go.  Ends as the command did, but with 124 if it
 * made fewer than N such calls and ended with 0, and 125 if it cannot trace.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#if !defined __x86_64__
int main(void)
{
    fprintf(stderr, "fail_nth: knows x86-64 only\n");
    return 125;
}
#else

enum { MAX_THREADS = 64 };
static struct { pid_t tid; bool inside, failing, brk; } threads[MAX_THREADS];
static unsigned long count, nth;
static unsigned long long current_break;
static bool all_later;

static int slot_of(pid_t tid)
{
    for (int i = 0; i < MAX_THREADS; i++)
        if (threads[i].tid == tid)
            return i;
    for (int i = 0; i < MAX_THREADS; i++)
        if (!threads[i].tid) {
            threads[i].tid = tid;
            threads[i].inside = threads[i].failing = false;
            return i;
        }
    fprintf(stderr, "fail_nth: more than %d threads\n", MAX_THREADS);
    exit(125);
}

static bool asks_for_memory(const struct user_regs_struct *r)
{
    switch (r->orig_rax) {
    case SYS_mmap:
        return (r->r10 & 0x20) != 0; /* MAP_ANONYMOUS: a file's is the loader's */
    case SYS_mremap:
        return r->rdx > r->rsi;
    case SYS_brk:
        return r->rdi != 0;
    default:
        return false;
    }
}

static void at_system_call(pid_t tid)
{
    struct user_regs_struct r;
    int s = slot_of(tid);
    if (ptrace(PTRACE_GETREGS, tid, NULL, &r) != 0)
        return;
    if (!threads[s].inside) {
        threads[s].inside = true;
        if (asks_for_memory(&r)) {
            count++;
            if (count == nth || (all_later && count > nth)) {
                threads[s].failing = true;
                threads[s].brk = r.orig_rax == SYS_brk;
                r.orig_rax = (unsigned long long)-1; /* no such call: does nothing */
                ptrace(PTRACE_SETREGS, tid, NULL, &r);
            }
        }
    } else {
        threads[s].inside = false;
        if (threads[s].failing) {
            threads[s].failing = false;
            /* brk says no by returning the old break. */
            r.rax = threads[s].brk ? current_break : (unsigned long long)-ENOMEM;
            ptrace(PTRACE_SETREGS, tid, NULL, &r);
        } else if (r.orig_rax == SYS_brk) {
            current_break = r.rax;
        }
    }
}

static int trace(pid_t child)
{
    bool started = false;
    int result = 125;
    for (;;) {
        int status;
        pid_t tid = waitpid(-1, &status, __WALL);
        if (tid < 0) {
            if (errno == EINTR)
                continue;
            return result;
        }
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            threads[slot_of(tid)].tid = 0;
            if (tid == child)
                result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            if (tid == child && result == 0 && count < nth)
                result = 124;
            continue;
        }
        int number = WSTOPSIG(status);
        unsigned event = (unsigned)status >> 16;
        int pass = 0;
        if (number == (SIGTRAP | 0x80)) {
            if (started)
                at_system_call(tid);
        } else if (event == PTRACE_EVENT_EXEC) {
            started = tid == child;
            /* The exit of execve is the next stop. */
            threads[slot_of(tid)].inside = true;
        } else if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
            unsigned long other = 0;
            ptrace(PTRACE_GETEVENTMSG, tid, NULL, &other);
            int ignored;
            if (waitpid((pid_t)other, &ignored, __WALL) > 0)
                ptrace(PTRACE_DETACH, (pid_t)other, NULL, NULL);
        } else if (event != 0) {
            /* A thread begins: nothing to do. */
        } else if (number != SIGTRAP && number != SIGSTOP) {
            pass = number;
        }
        ptrace(PTRACE_SYSCALL, tid, NULL, (void *)(long)pass);
    }
}

int main(int argc, char **argv)
{
    char *end;
    if (argc < 3) {
        fprintf(stderr, "usage: fail_nth N[+] [NAME=VALUE...] COMMAND ARGUMENT...\n");
        return 125;
    }
    nth = strtoul(argv[1], &end, 10);
    all_later = *end == '+';
    pid_t child = fork();
    if (child < 0)
        return 125;
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
            _exit(125);
        raise(SIGSTOP);
        argv += 2;
        while (*argv && strchr(*argv, '='))
            putenv(*argv++);
        if (*argv)
            execvp(*argv, argv);
        _exit(127);
    }
    int status;
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
        return 125;
    if (ptrace(PTRACE_SETOPTIONS, child, NULL,
               (void *)(long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK
                              | PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL)) != 0) {
        fprintf(stderr, "fail_nth: %s\n", strerror(errno));
        kill(child, SIGKILL);
        return 125;
    }
    ptrace(PTRACE_SYSCALL, child, NULL, NULL);
    return trace(child);
}
#endif
