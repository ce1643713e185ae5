/* SPDX-License-Identifier: MIT
 * test_server.c: the socket of a process is there when it can be connected to, not before. */
#include "control/server.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "control/client.h"

static char runtime[] = "/tmp/leaksgc-test.XXXXXX";
static int too_early, times;

static int folder(void)
{
    char path[LGC_FOLDER_PATH];
    cr_assert(lgc_folder_path(0, runtime, geteuid(), path));
    return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int connect_to(unsigned pid)
{
    int at = folder(), fd = lgc_client_connect(at, pid, getpid());
    close(at);
    return fd;
}

static unsigned names(void)
{
    char path[LGC_FOLDER_PATH];
    unsigned n = 0;
    lgc_folder_path(0, runtime, geteuid(), path);
    DIR *d = opendir(path);
    cr_assert(d != NULL);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return n;
}

/* In place of libc's: somebody asks in the moment before it listens. */
long syscall(long number, ...)
{
    va_list args;
    long a[6], result;
    va_start(args, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(args, long);
    va_end(args);
    if (number == SYS_listen) {
        times++;
        too_early = connect_to(4711);
    }
    register long r10 __asm__("r10") = a[3], r8 __asm__("r8") = a[4], r9 __asm__("r9") = a[5];
    __asm__ volatile("syscall" : "=a"(result)
                     : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    if (result < 0 && result > -4096) {
        errno = (int)-result;
        return -1;
    }
    return result;
}

static void make_runtime(void) { cr_assert(mkdtemp(runtime) != NULL); }

static void remove_runtime(void)
{
    char path[LGC_FOLDER_PATH];
    lgc_folder_path(0, runtime, geteuid(), path);
    rmdir(path);
    rmdir(runtime);
}

TestSuite(server, .init = make_runtime, .fini = remove_runtime);

Test(server, a_client_that_comes_too_early_removes_nothing)
{
    struct lgc_server server;
    cr_assert(lgc_server_open(&server, runtime, 4711, NULL));
    cr_expect(times == 1 && too_early < 0);
    int fd = connect_to(4711);
    cr_expect(fd >= 0, "the socket was taken for left behind");
    close(fd);
    cr_expect(names() == 1, "%u names", names());
    lgc_server_close(&server);
    cr_expect(names() == 0, "%u names", names());
}

Test(server, the_same_pid_twice)
{
    struct lgc_server first, second, third;
    cr_assert(lgc_server_open(&first, runtime, 4711, NULL));
    cr_assert(lgc_server_open(&second, runtime, 4711, NULL));
    cr_expect_str_eq(first.name, "4711");
    cr_expect_str_eq(second.name, "4711.1");
    close(first.listener);      /* as if it were killed: the name stays */
    cr_assert(lgc_server_open(&third, runtime, 4711, NULL));
    cr_expect_str_eq(third.name, "4711");
    lgc_server_close(&second);
    lgc_server_close(&third);
    cr_expect(names() == 0, "%u names", names());
}
