/* SPDX-License-Identifier: MIT
 * test_spawn.c: run/spawn runs a child that nobody else in the process can notice. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "core.h"
#include "run/spawn.h"

#define LONG_NS  ((uint64_t)60 * 1000000000)
#define SHORT_NS ((uint64_t)200 * 1000000)

static int input[2], output[2];
static char text[4096];

static void begin(void)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    cr_assert(pipe2(input, O_CLOEXEC) == 0 && pipe2(output, O_CLOEXEC) == 0);
}

static int shell(char *script, uint64_t timeout)
{
    static char sh[] = "sh", c[] = "-c";
    char *const argv[] = { sh, c, script, NULL };
    return lgc_spawn("/bin/sh", argv, input[0], output[1], timeout);
}

#define SHELL(script) shell((char[]){ script }, LONG_NS)

/* What the children have written. */
static const char *said(void)
{
    ssize_t n;
    close(output[1]);
    n = read(output[0], text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

Test(spawn, the_exit_status, .timeout = 60)
{
    begin();
    errno = 77;
    cr_expect_eq(SHELL("exit 0"), 0);
    cr_expect_eq(SHELL("exit 7"), 7);
    cr_expect_eq(SHELL("exit 255"), 255);
    cr_expect_eq(SHELL("kill -9 $$"), -1);
    cr_expect_eq(SHELL("kill -TERM $$; exit 3"), -1, "its signals are not blocked");
    cr_expect_eq(errno, 77);
}

Test(spawn, what_cannot_be_started, .timeout = 60)
{
    static char name[] = "nothing";
    char *const argv[] = { name, NULL };
    begin();
    cr_expect_eq(lgc_spawn("/nonexistent/nothing", argv, input[0], output[1], LONG_NS), -1);
    cr_expect_eq(lgc_spawn("/etc/passwd", argv, input[0], output[1], LONG_NS), -1);
    cr_expect_eq(lgc_spawn("/bin/sh", argv, -1, output[1], LONG_NS), -1);
    lgc_mem_fail_after(1);
    cr_expect_eq(SHELL("exit 0"), -1);
    lgc_mem_fail_after(0);
    cr_expect_eq(SHELL("exit 0"), 0);
    cr_expect_eq(lgc_mem_total(), 0, "its memory is given back");
}

Test(spawn, input_and_output, .timeout = 60)
{
    begin();
    cr_assert_eq(write(input[1], "hello\n", 6), 6);
    cr_expect_eq(SHELL("read x; echo \"$x $x\""), 0);
    cr_expect_str_eq(said(), "hello hello\n");
}

Test(spawn, no_other_descriptors, .timeout = 60)
{
    begin();
    cr_assert_eq(dup2(input[0], 500), 500);
    cr_expect_eq(SHELL("test ! -e /proc/$$/fd/500 && test ! -e /proc/$$/fd/3 && test -e /proc/$$/fd/2"), 0);
    cr_expect_neq(fcntl(500, F_GETFD), -1, "ours are still open");
}

/* A closed stdin or stdout of the program is where a pipe may land. */
Test(spawn, pipes_in_the_place_of_stdin_and_stdout, .timeout = 60)
{
    int status;
    begin();
    pid_t pid = fork();
    if (pid == 0) {
        cr_assert_eq(write(input[1], "hello\n", 6), 6);
        dup2(input[0], 1);
        dup2(output[1], 0);
        input[0] = 1;
        output[1] = 0;
        _exit(SHELL("read x; echo \"$x\""));
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect_eq(status, 0);
    cr_expect_str_eq(said(), "hello\n");
}

Test(spawn, the_environment, .timeout = 60)
{
    static const char *const hidden[] = { "LD_PRELOAD", "LD_AUDIT", "GC_FIND_LEAK", "LEAKSGC_RUN",
        "LEAKSGC_OPTIONS", "DEBUGINFOD_URLS" };
    begin();
    for (int i = 0; i < 6; i++)
        setenv(hidden[i], "", 1);
    setenv("LEAKSGC_TOOL", "kept", 1);
    setenv("LD_LIBRARY_PATH_", "kept", 1);
    cr_expect_eq(SHELL("echo ${LD_PRELOAD-no} ${LD_AUDIT-no} ${GC_FIND_LEAK-no} ${LEAKSGC_RUN-no} "
                       "${LEAKSGC_OPTIONS-no} ${DEBUGINFOD_URLS-no} $LEAKSGC_TOOL $LD_LIBRARY_PATH_"), 0);
    cr_expect_str_eq(said(), "no no no no no no kept kept\n");
    cr_expect_not_null(getenv("GC_FIND_LEAK"), "ours is as it was");
}

static volatile sig_atomic_t children;
static void on_child(int sig) { children += sig != 0; }

static void *spawn_in_thread(void *arg)
{
    *(int *)arg = SHELL("echo begun; read x; exit 5");
    return NULL;
}

Test(spawn, nobody_waits_for_it_by_mistake, .timeout = 60)
{
    pthread_t thread;
    sigset_t set;
    int result = -2, status;
    char c;
    signal(SIGCHLD, on_child);
    begin();
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    pthread_create(&thread, NULL, spawn_in_thread, &result);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    cr_assert_eq(read(output[0], &c, 1), 1); /* it runs */
    errno = 0;
    cr_expect_eq(waitpid(-1, &status, WNOHANG), -1);
    cr_expect_eq(errno, ECHILD, "this process has no children");
    cr_assert_eq(write(input[1], "\n", 1), 1);
    pthread_join(thread, NULL);
    cr_expect_eq(result, 5);
    cr_expect_eq(children, 0, "no SIGCHLD");
}

Test(spawn, a_timeout_kills_it_and_nothing_else, .timeout = 60)
{
    int status;
    begin();
    pid_t other = fork();
    if (other == 0)
        for (;;)
            pause();
    cr_expect_eq(shell((char[]){ "echo $$; exec sleep 1000" }, SHORT_NS), -1);
    int pid = atoi(said());
    cr_assert_gt(pid, 0);
    cr_expect(kill(pid, 0) == -1 && errno == ESRCH, "it is gone, and waited for");
    cr_expect_eq(waitpid(other, &status, WNOHANG), 0, "the program's own child lives");
    kill(other, SIGKILL);
    cr_expect_eq(waitpid(other, &status, 0), other);
}

Test(spawn, a_program_that_ignores_its_children, .timeout = 60)
{
    signal(SIGCHLD, SIG_IGN);
    begin();
    cr_expect_eq(SHELL("exit 4"), 4);
}

Test(spawn, descriptors_do_not_pile_up, .timeout = 120)
{
    begin();
    int before = dup(0);
    close(before);
    for (int i = 0; i < 20; i++)
        SHELL("exit 0");
    int after = dup(0);
    cr_expect_eq(after, before);
}

/* As before Linux 5.2 and 5.9. */
static void forbid_pidfds_and_close_range(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_PIDFD, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof code / sizeof code[0], code };
    cr_assert_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    cr_assert_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

Test(spawn, on_an_old_kernel, .timeout = 60)
{
    begin();
    forbid_pidfds_and_close_range();
    cr_assert_eq(dup2(input[0], 500), 500);
    cr_expect_eq(SHELL("exit 7"), 7);
    cr_expect_eq(SHELL("kill -9 $$"), -1);
    cr_expect_eq(SHELL("test ! -e /proc/$$/fd/500 && test ! -e /proc/$$/fd/3 && test -e /proc/$$/fd/2"), 0);
    cr_expect_eq(shell((char[]){ "exec sleep 1000" }, SHORT_NS), -1, "it is killed when its time is over");
}
