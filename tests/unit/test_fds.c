/* SPDX-License-Identifier: MIT
 * test_fds.c: base/fds closes what it should and nothing else, in each of its three ways. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fds.h"

/* Each of the two system calls gives ENOSYS from now on; the same one twice for one. */
static void forbid(int one, int other)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)one, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)other, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof code / sizeof code[0], code };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(99);
}

static int is_open(int fd) { return fcntl(fd, F_GETFD) != -1; }

/* In a child, as Criterion has descriptors of its own.  0: all is right. */
static int closes(int lo, int keep)
{
    static const int fds[] = { 3, 19, 20, 21, 300, 1000 };
    int null = open("/dev/null", O_RDONLY), wrong = 0;
    for (int i = 0; i < 6; i++)
        if (null != fds[i] && dup2(null, fds[i]) != fds[i])
            return 98;
    errno = 77;
    lgc_fds_close(lo, keep, true);
    wrong += errno != 77;
    for (int i = 0; i < 6; i++)
        wrong += is_open(fds[i]) != (fds[i] < lo || fds[i] == keep);
    for (int fd = lo; fd < 1024; fd++)
        wrong += fd != keep && is_open(fd);
    return wrong;
}

static int in_child(void (*before)(void), int lo, int keep)
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        before();
        _exit(closes(lo, keep));
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    return status;
}

static void nothing(void) { }
static void no_close_range(void) { forbid(SYS_close_range, SYS_close_range); }
static void no_listing(void) { forbid(SYS_close_range, SYS_getdents64); }

static void all_ways(void (*before)(void))
{
    cr_expect_eq(in_child(before, 3, -1), 0);
    cr_expect_eq(in_child(before, 20, -1), 0);
    cr_expect_eq(in_child(before, 0, 20), 0);
    cr_expect_eq(in_child(before, 20, 20), 0);
    cr_expect_eq(in_child(before, 3, 1000), 0);
    cr_expect_eq(in_child(before, 300, 19), 0);
}

Test(fds, by_close_range, .timeout = 60) { all_ways(nothing); }
Test(fds, one_by_one_as_proc_lists_them, .timeout = 60) { all_ways(no_close_range); }
Test(fds, all_numbers, .timeout = 60) { all_ways(no_listing); }
