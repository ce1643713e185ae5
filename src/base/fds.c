/* SPDX-License-Identifier: MIT
 * fds.c: close_range, or one by one. */
#include "base/fds.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where nothing tells what is open: beyond this hardly anybody opens files. */
enum { ALL = 65536 };

static bool close_range_all(int lo, int keep)
{
    if (keep < lo)
        return syscall(SYS_close_range, (unsigned)lo, ~0u, 0u) == 0;
    return syscall(SYS_close_range, keep + 1u, ~0u, 0u) == 0 &&
           (keep == lo || syscall(SYS_close_range, (unsigned)lo, keep - 1u, 0u) == 0);
}

/* The kernel's struct linux_dirent64. */
struct entry { uint64_t inode; int64_t offset; unsigned short size; unsigned char type; char name[]; };

/* "." and "..": -1. */
static int number_of(const char *name)
{
    int n = 0;

    for (; *name >= '0' && *name <= '9'; name++)
        n = 10 * n + (*name - '0');
    return *name == '\0' ? n : -1;
}

/* The kernel goes through them by number: what is closed meanwhile disturbs
 * nothing. */
static bool close_listed(int lo, int keep)
{
    _Alignas(struct entry) char buf[1024];
    int folder = (int)syscall(SYS_openat, AT_FDCWD, "/proc/thread-self/fd",
                              O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    long n = -1;

    while (folder >= 0 && (n = syscall(SYS_getdents64, folder, buf, sizeof buf)) > 0)
        for (long at = 0; at < n;) {
            const struct entry *e = (const struct entry *)(buf + at);
            int fd = number_of(e->name);

            if (fd >= lo && fd != keep && fd != folder)
                syscall(SYS_close, fd);
            at += e->size;
        }
    if (folder >= 0)
        syscall(SYS_close, folder);
    return n == 0;
}

void lgc_fds_close(int lo, int keep, bool by_range)
{
    int saved = errno;

    if (!(by_range && close_range_all(lo, keep)) && !close_listed(lo, keep))
        for (int fd = lo; fd < ALL; fd++)
            if (fd != keep)
                syscall(SYS_close, fd);
    errno = saved;
}
