/* SPDX-License-Identifier: MIT
 * task.c: reads the files of /proc/self/task without malloc or stdio. */
#include "world/task.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"

static int open_raw(const char *path, int flags)
{
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_RDONLY | O_CLOEXEC, 0);
}

/* Reads /proc/self/task/TID/NAME as text; false if it cannot be read. */
static bool read_file(int tid, const char *name, char *buf, size_t size)
{
    char path[64] = "/proc/self/task/", digits[12];
    size_t n = strlen(path), d = 0;
    int saved = errno, fd;
    long got = -1;

    for (; tid > 0; tid /= 10)
        digits[d++] = (char)('0' + tid % 10);
    while (d > 0)
        path[n++] = digits[--d];
    memcpy(path + n, name, strlen(name) + 1);
    fd = open_raw(path, 0);
    if (fd >= 0) {
        got = syscall(SYS_read, fd, buf, size - 1);
        syscall(SYS_close, fd);
    }
    buf[got > 0 ? got : 0] = '\0';
    errno = saved;
    return got > 0;
}

static bool answers(int tid)
{
    int saved = errno;
    bool there = syscall(SYS_tgkill, (int)syscall(SYS_getpid), tid, 0) == 0;

    errno = saved;
    return there;
}

bool lgc_task_ended(int tid)
{
    char buf[512];
    const char *state;

    if (!read_file(tid, "/stat", buf, sizeof buf))
        return !answers(tid);
    state = strrchr(buf, ')'); /* the name before it may hold anything */
    return state == NULL || state[1] == '\0' || state[2] == 'Z' || state[2] == 'X';
}

static uint64_t parse_hex(const char *s)
{
    uint64_t value = 0;

    for (s += strncmp(s, "0x", 2) == 0 ? 2 : 0;; s++) {
        int digit = *s >= '0' && *s <= '9' ? *s - '0' : *s >= 'a' && *s <= 'f' ? *s - 'a' + 10 : -1;

        if (digit < 0)
            return value;
        value = value << 4 | (uint64_t)digit;
    }
}

bool lgc_task_blocks(int tid, int sig)
{
    char buf[2048];
    const char *mask;

    if (!read_file(tid, "/status", buf, sizeof buf))
        return false;
    mask = strstr(buf, "SigBlk:\t");
    return mask != NULL && (parse_hex(mask + 8) >> (sig - 1) & 1) != 0;
}

/* "nr arg arg arg arg arg arg sp pc", or "running", or "-1 sp pc". */
uintptr_t lgc_task_sleeping_sp(int tid)
{
    char buf[256], *end, *field;

    if (!read_file(tid, "/syscall", buf, sizeof buf) || buf[0] < '0' || buf[0] > '9')
        return 0;
    end = strrchr(buf, ' ');
    if (end == NULL)
        return 0;
    *end = '\0';
    field = strrchr(buf, ' ');
    return field == NULL ? 0 : (uintptr_t)parse_hex(field + 1);
}

void lgc_task_name(int tid, char name[16])
{
    read_file(tid, "/comm", name, 16);
    name[strcspn(name, "\n")] = '\0';
}

struct entry64 { uint64_t ino; int64_t off; unsigned short reclen; unsigned char type; char name[]; };

bool lgc_task_each(void (*each)(int tid, void *arg), void *arg)
{
    char buf[8192] LGC_ALIGNED(8);
    int saved = errno, fd = open_raw("/proc/self/task", O_DIRECTORY);
    long n;

    while (fd >= 0 && (n = syscall(SYS_getdents64, fd, buf, sizeof buf)) > 0) {
        for (long i = 0; i < n;) {
            const struct entry64 *e = (const struct entry64 *)(buf + i);
            int tid = 0;

            for (const char *c = e->name; *c >= '0' && *c <= '9'; c++)
                tid = tid * 10 + (*c - '0');
            if (tid != 0)
                each(tid, arg);
            i += e->reclen;
        }
    }
    if (fd >= 0)
        syscall(SYS_close, fd);
    errno = saved;
    return fd >= 0;
}
