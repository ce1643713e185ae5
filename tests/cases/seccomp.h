/* SPDX-License-Identifier: MIT
 * seccomp.h: filters of system calls, as sandboxes and old kernels have them.
 */
#ifndef CASE_SECCOMP_H
#define CASE_SECCOMP_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* From now on each of the n calls ends as the filter says: in this thread and what it starts, or in all. */
static void filter(const int *calls, size_t n, unsigned result, int in_all_threads)
{
    struct sock_filter code[64];
    size_t used = 0;
    CHECK(n <= 30);
    code[used++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < n; i++) {
        code[used++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i], 0, 1);
        code[used++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, result);
    }
    code[used++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = { (unsigned short)used, code };
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, in_all_threads ? SECCOMP_FILTER_FLAG_TSYNC : 0, &program) == 0);
}

static __attribute__((unused)) void forbid(const int *calls, size_t n, int error, int in_all_threads)
{
    filter(calls, n, SECCOMP_RET_ERRNO | (unsigned)error, in_all_threads);
}

/* Begins anew, so that the library starts under the filter, too. */
static __attribute__((unused)) void again(char **argv)
{
    char more[] = "again";
    char *arguments[] = { argv[0], argv[1], argv[2] ? argv[2] : more, more, NULL };
    execv("/proc/self/exe", arguments);
    CHECK(!"exec");
}

#endif
