/* SPDX-License-Identifier: MIT
 * sys.h: system calls under names that no program has.
 *
 * A program may have functions called accept, close or clone of its own (a
 * parser, a simulator, a library of objects), and ours would be bound to those.
 * As libc's of the name, errno included; none is a point of cancellation. */
#ifndef LGC_BASE_SYS_H
#define LGC_BASE_SYS_H

#include <fcntl.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"

LGC_INLINE int lgc_sys_open(const char *path, int flags, mode_t mode)
{
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
LGC_INLINE int lgc_sys_close(int fd) { return (int)syscall(SYS_close, fd); }
LGC_INLINE ssize_t lgc_sys_read(int fd, void *to, size_t n) { return syscall(SYS_read, fd, to, n); }
LGC_INLINE off_t lgc_sys_lseek(int fd, off_t at, int from) { return syscall(SYS_lseek, fd, at, from); }
LGC_INLINE int lgc_sys_fsync(int fd) { return (int)syscall(SYS_fsync, fd); }
LGC_INLINE int lgc_sys_fstat(int fd, struct stat *st) { return (int)syscall(SYS_fstat, fd, st); }
LGC_INLINE int lgc_sys_stat(const char *path, struct stat *st) { return (int)syscall(SYS_stat, path, st); }
LGC_INLINE int lgc_sys_access(const char *path, int how) { return (int)syscall(SYS_access, path, how); }
LGC_INLINE int lgc_sys_mkdir(const char *path, mode_t mode) { return (int)syscall(SYS_mkdir, path, mode); }
LGC_INLINE int lgc_sys_unlink(const char *path) { return (int)syscall(SYS_unlink, path); }
LGC_INLINE int lgc_sys_unlinkat(int folder, const char *name) { return (int)syscall(SYS_unlinkat, folder, name, 0); }
LGC_INLINE int lgc_sys_rename(const char *from, const char *to) { return (int)syscall(SYS_rename, from, to); }
LGC_INLINE int lgc_sys_linkat(int folder, const char *from, int to_folder, const char *to)
{
    return (int)syscall(SYS_linkat, folder, from, to_folder, to, 0);
}
LGC_INLINE bool lgc_sys_isatty(int fd)
{
    char settings[256]; /* struct termios of the kernel, and more */

    return syscall(SYS_ioctl, fd, 0x5401 /* TCGETS */, settings) == 0;
}
LGC_INLINE int lgc_sys_socket(int domain, int type, int protocol)
{
    return (int)syscall(SYS_socket, domain, type, protocol);
}
LGC_INLINE int lgc_sys_bind(int fd, const struct sockaddr *address, socklen_t n)
{
    return (int)syscall(SYS_bind, fd, address, n);
}
LGC_INLINE int lgc_sys_connect(int fd, const struct sockaddr *address, socklen_t n)
{
    return (int)syscall(SYS_connect, fd, address, n);
}
LGC_INLINE int lgc_sys_listen(int fd, int backlog) { return (int)syscall(SYS_listen, fd, backlog); }
LGC_INLINE int lgc_sys_getsockopt(int fd, int level, int option, void *value, socklen_t *n)
{
    return (int)syscall(SYS_getsockopt, fd, level, option, value, n);
}
LGC_INLINE int lgc_sys_setsockopt(int fd, int level, int option, const void *value, socklen_t n)
{
    return (int)syscall(SYS_setsockopt, fd, level, option, value, n);
}

/* libc's clone, which has another name as well. */
int __clone(int (*work)(void *), void *stack, int flags, void *arg, ...);

#endif
