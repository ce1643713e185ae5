/* SPDX-License-Identifier: MIT
 * files.c: leaves the program's table of descriptors, and reaches its standard error from outside. */
#include "run/files.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fds.h"
#include "base/sys.h"
#include "find/child.h"

static bool own_files;
static int kept_stderr = -1;       /* in our table                           */
/* Of the first thread, whose table is the program's. */
#define PROGRAM_STDERR "/proc/self/fd/2"

static void put_null(void)
{
    int fd = (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0);

    for (int i = 0; i < 3; i++)
        if (fd != i)
            syscall(fd < 0 ? SYS_close : SYS_dup3, fd < 0 ? i : fd, i, O_CLOEXEC);
    if (fd > 2)
        syscall(SYS_close, fd);
}

static int stderr_by_pidfd(void)
{
    bool may = lgc_child_may(LGC_CHILD_PIDFD_OPEN) && lgc_child_may(LGC_CHILD_PIDFD_GETFD);
    int process = may ? (int)syscall(SYS_pidfd_open, getpid(), 0) : -1, fd = -1;

    if (process >= 0) {
        fd = (int)syscall(SYS_pidfd_getfd, process, STDERR_FILENO, 0);
        syscall(SYS_close, process);
    }
    return fd;
}

/* A socket of standard error alone, as a service's to the journal: one that is
 * standard input as well is a client's, whose end the peer waits for. */
static bool is_log_socket(const struct stat *st)
{
    struct stat in;

    return S_ISSOCK(st->st_mode) && (lgc_sys_fstat(STDIN_FILENO, &in) != 0 || in.st_ino != st->st_ino);
}

/* Where that is forbidden a file is kept open: opened anew it would have a
 * position of its own, and the program would overwrite what we write.  So is a
 * socket, which cannot be opened anew at all.  A pipe can, and its reader would
 * miss its end. */
static void keep_stderr(void)
{
    struct stat st;
    int fd = stderr_by_pidfd();

    kept_stderr = -1;
    if (fd >= 0)
        syscall(SYS_close, fd);
    else if (lgc_sys_fstat(STDERR_FILENO, &st) == 0 && (S_ISREG(st.st_mode) || is_log_socket(&st)))
        kept_stderr = (int)syscall(SYS_fcntl, STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
}

/* A copy of the kept one, unless the program has put another in its place. */
static int stderr_kept(void)
{
    struct stat kept, now;

    if (kept_stderr < 0 || lgc_sys_fstat(kept_stderr, &kept) != 0 ||
        (lgc_sys_stat(PROGRAM_STDERR, &now) == 0 &&
         (now.st_dev != kept.st_dev || now.st_ino != kept.st_ino)))
        return -1;
    return (int)syscall(SYS_fcntl, kept_stderr, F_DUPFD_CLOEXEC, 3);
}

/* A container may forbid the one call or the other. */
void lgc_files_separate(void)
{
    bool by_range = lgc_child_may(LGC_CHILD_CLOSE_RANGE);

    own_files = by_range && syscall(SYS_close_range, 3u, ~0u, 2u /* CLOSE_RANGE_UNSHARE */) == 0;
    if (!own_files && syscall(SYS_unshare, CLONE_FILES) == 0) {
        own_files = true;
        lgc_fds_close(3, -1, by_range);
    }
    if (own_files) {
        keep_stderr();
        put_null();
    }
}

void lgc_files_borrow_stderr(void)
{
    int fd;

    if (!own_files)
        return;
    fd = stderr_by_pidfd();
    if (fd < 0)
        fd = stderr_kept();
    if (fd < 0)
        fd = (int)syscall(SYS_openat, AT_FDCWD, PROGRAM_STDERR,
                          O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC, 0);
    if (fd < 0)
        return;
    syscall(SYS_dup3, fd, STDERR_FILENO, O_CLOEXEC);
    syscall(SYS_close, fd);
}

void lgc_files_return_stderr(void)
{
    if (own_files)
        put_null();
}

bool lgc_files_are_own(void) { return own_files; }
