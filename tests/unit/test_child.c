/* SPDX-License-Identifier: MIT
 * test_child.c: a copy of the process that the program cannot notice, and what it hands back. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "core.h"
#include "find/child.h"
#include "find/parcel.h"

/* What both sides see. */
static struct shared { volatile int go, pid, nice, open, done; } *shared;
static volatile sig_atomic_t children_ended;

static void on_child(int sig) { children_ended += sig == SIGCHLD; }

static void begin(void)
{
    struct sigaction sa = { .sa_handler = on_child };
    sigset_t all;

    shared = lgc_mem_map_shared(sizeof *shared);
    cr_assert_not_null(shared);
    cr_assert_eq(sigaction(SIGCHLD, &sa, NULL), 0);
    sigfillset(&all);
    sigdelset(&all, SIGCHLD);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
}

static int count_open(void)
{
    int n = 0;
    for (int fd = 0; fd < 200; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

/* A copy that waits to be let go. */
static int keep = -1;
static int start(void)
{
    int pid = lgc_child_start(keep);
    if (pid == 0) {
        shared->open = count_open();
        shared->nice = getpriority(PRIO_PROCESS, 0);
        shared->pid = (int)syscall(SYS_getpid);
        while (!shared->go)
            usleep(1000);
        shared->done = 1;
        lgc_child_end();
    }
    while (pid > 0 && shared->pid == 0)
        usleep(1000);
    return pid;
}

static void finish(int pid)
{
    shared->go = 1;
    lgc_child_wait(pid);
    cr_expect_eq(shared->done, 1);
}

Test(child, wait_and_sigchld_pass_it_over, .timeout = 60)
{
    begin();
    errno = 77;
    int pid = start();
    cr_assert_gt(pid, 0);
    cr_expect_eq(errno, 77);
    cr_expect_eq(shared->pid, pid);
    cr_expect(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
    cr_expect(waitpid(pid, NULL, 0) == -1 && errno == ECHILD);
    cr_expect(wait(NULL) == -1 && errno == ECHILD);
    finish(pid);
    cr_expect(waitpid(-1, NULL, WNOHANG | __WALL) == -1 && errno == ECHILD, "nothing is left of it");
    cr_expect_eq(children_ended, 0);
}

/* The one that it is to write to. */
Test(child, it_keeps_one_descriptor, .timeout = 60)
{
    int ends[2], others[2];
    struct pollfd p;
    char c;
    begin();
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(pipe(others), 0);
    keep = ends[1];
    int pid = start();
    cr_assert_gt(pid, 0);
    cr_expect_eq(shared->open, 1);
    close(ends[1]);
    close(others[1]);
    p = (struct pollfd){ others[0], POLLIN, 0 };
    cr_expect_eq(poll(&p, 1, 20000), 1, "another is not held");
    p.fd = ends[0];
    cr_expect_eq(poll(&p, 1, 0), 0, "this one is");
    finish(pid);
    cr_expect_eq(read(ends[0], &c, 1), 0);
}

Test(child, it_holds_no_descriptor, .timeout = 60)
{
    char c;
    int ends[2];
    begin();
    cr_assert_eq(pipe(ends), 0);
    int before = count_open(), pid = start();
    cr_assert_gt(pid, 0);
    cr_expect_eq(shared->open, 0);
    cr_expect_eq(count_open(), before, "those of the program stay open");
    close(ends[1]);
    struct pollfd p = { ends[0], POLLIN, 0 };
    cr_expect_eq(poll(&p, 1, 20000), 1);
    cr_expect_eq(read(ends[0], &c, 1), 0, "the reader sees the end though the copy lives");
    finish(pid);
}

Test(child, it_yields, .timeout = 60)
{
    begin();
    int pid = start();
    int ours = getpriority(PRIO_PROCESS, 0);
    cr_expect(shared->nice > ours || ours == 19);
    finish(pid);
}

static char state_of(int pid)
{
    char path[64], line[256], state = '?';
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *in = fopen(path, "r");
    if (in == NULL)
        return 'X';
    if (fgets(line, sizeof line, in) != NULL && strrchr(line, ')') != NULL)
        state = strrchr(line, ')')[2];
    fclose(in);
    return state;
}

Test(child, it_ends_with_the_process, .timeout = 60)
{
    begin();
    int between = fork();
    if (between == 0) {
        start();
        kill(getpid(), SIGKILL);
    }
    cr_assert_eq(waitpid(between, NULL, 0), between);
    cr_assert_gt(shared->pid, 0);
    while (state_of(shared->pid) != 'X' && state_of(shared->pid) != 'Z')
        usleep(1000);
    cr_expect_eq(shared->done, 0);
}

Test(child, whoever_reaps_everything_is_no_harm, .timeout = 60)
{
    begin();
    int pid = start();
    shared->go = 1;
    cr_expect_eq(waitpid(-1, NULL, __WALL), pid);
    finish(pid);
}

/* clone() without CLONE_VM is refused. */
static void refuse_fork(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_VM, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof code / sizeof code[0], code };
    cr_assert_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    cr_assert_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

Test(child, a_refusal_is_told, .timeout = 60)
{
    begin();
    refuse_fork();
    cr_expect_eq(lgc_child_start(-1), -EAGAIN);
}

Test(child, a_snapshot_without_a_copy_works_in_place, .timeout = 60)
{
    start_world(100);
    refuse_fork();
    struct lgc_snapshot s = { .timeout_ns = 20000000000u, .fork = true };
    struct lgc_stopped self;
    struct lgc_scan scan = { .roots = { false, false, false, false, false, false }, .self = &self };
    uintptr_t sp;
    cr_assert_not_null(lgc_heap_alloc(100, 16, true, 0, NULL));
    LGC_STOP_SPILL(sp);
    lgc_stop_here(&self, sp, NULL);
    cr_assert_eq(lgc_snapshot_run(&s, run_scan, &scan), 0);
    cr_expect_eq(s.child, 0);
    cr_expect_eq(s.error, EAGAIN);
    cr_expect_eq(scan.total[LGC_KIND_DIRECT].bytes, 100);
    lgc_scan_free(&scan);
}

static struct { struct lgc_scan scan; struct lgc_parcel *parcel; } job;

static void scan_and_pack(void *unused)
{
    (void)unused;
    lgc_scan_run(&job.scan);
    lgc_parcel_put(job.parcel, &job.scan);
}

/* The copy sees the heap as it was when the world stood still. */
Test(child, a_copy_finds_what_is_lost, .timeout = 60)
{
    struct lgc_snapshot s = { .timeout_ns = 20000000000u, .fork = true };
    struct lgc_stopped self;
    uint64_t bytes = 0;
    uintptr_t sp;
    sigset_t all;
    start_world(100);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    job.scan = (struct lgc_scan){ .self = &self };
    job.parcel = lgc_parcel_new(100, 100);
    cr_assert_not_null(job.parcel);
    void **chain = lgc_heap_alloc(40, 16, true, 0, NULL);
    *chain = lgc_heap_alloc(8, 16, true, 0, NULL);
    LGC_STOP_SPILL(sp);
    lgc_stop_here(&self, sp, NULL);
    cr_assert_eq(lgc_snapshot_run(&s, scan_and_pack, NULL), 0);
    cr_assert_gt(s.child, 0);
    cr_expect_eq(lgc_heap_free(*chain), LGC_FREED, "the program goes on meanwhile");
    lgc_child_wait(s.child);
    cr_assert(lgc_parcel_take(job.parcel, &job.scan, &bytes));
    cr_expect(job.scan.complete && job.scan.count == 2);
    cr_expect_eq(job.scan.total[LGC_KIND_DIRECT].bytes, 40);
    cr_expect_eq(job.scan.total[LGC_KIND_INDIRECT].bytes, 8);
    cr_expect_gt(bytes, 0);
    lgc_scan_free(&job.scan);
    lgc_parcel_free(job.parcel);
}
