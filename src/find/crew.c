/* SPDX-License-Identifier: MIT
 * crew.c: bare clones, and how many of them are worth it. */
#include "find/crew.h"

#include <atomic_ops.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sys.h"

enum { STACK = 64 << 10 };

static struct member {
    void (*work)(unsigned member, void *arg);
    void *arg;
    unsigned number;
    char *stack;
    volatile int tid;            /* the kernel sets it to 0 and wakes        */
} member[LGC_CREW_MAX];

static int begin(void *arg)
{
    struct member *m = arg;

    m->work(m->number, m->arg);
    return 0;
}

/* clone() of libc is the system call and a jump; the member ends by exit, the
 * system call. */
static int start(struct member *m)
{
    int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
                CLONE_CHILD_CLEARTID | CLONE_UNTRACED;

    if (m->stack == NULL && (m->stack = lgc_mem_map(STACK)) == NULL)
        return -1;
    m->tid = 1;
    if (__clone(begin, m->stack + STACK, flags, m, NULL, NULL, (void *)&m->tid) > 0)
        return 0;
    m->tid = 0;
    return -1;
}

static void join(struct member *m)
{
    int tid;

    while ((tid = m->tid) != 0)
        syscall(SYS_futex, &m->tid, FUTEX_WAIT, tid, NULL, NULL, 0);
    AO_nop_full();
}

void lgc_crew_run(unsigned n, void (*work)(unsigned member, void *arg), void *arg)
{
    int saved = errno;
    unsigned started = 1;

    for (n = n < LGC_CREW_MAX ? n : LGC_CREW_MAX; started < n; started++) {
        struct member *m = &member[started];

        m->work = work;
        m->arg = arg;
        m->number = started;
        if (start(m) != 0)
            break;
    }
    work(0, arg);
    for (unsigned i = 1; i < started; i++)
        join(&member[i]);
    errno = saved;
}

/* "0.20 0.18 0.12 1/80 11206": the number before the slash. */
static unsigned runnable(void)
{
    char buf[64], *slash, *space;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/loadavg", O_RDONLY | O_CLOEXEC, 0);
    long n = fd < 0 ? 0 : syscall(SYS_read, fd, buf, sizeof buf - 1);

    if (fd >= 0)
        syscall(SYS_close, fd);
    buf[n > 0 ? n : 0] = '\0';
    slash = strchr(buf, '/');
    if (slash == NULL)
        return UINT32_MAX;
    *slash = '\0';
    space = strrchr(buf, ' ');
    return space == NULL ? UINT32_MAX : (unsigned)strtoul(space + 1, NULL, 10);
}

unsigned lgc_crew_processors(void)
{
    static unsigned long set[1024 / sizeof(unsigned long)]; /* 8192 of them  */
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof set, set);
    unsigned n = 0;

    for (long i = 0; i < bytes / (long)sizeof *set; i++)
        n += (unsigned)__builtin_popcountl(set[i]);
    return n > 0 ? n : 1;
}

unsigned lgc_crew_idle(void)
{
    int saved = errno;
    unsigned cores = lgc_crew_processors(), running = runnable();

    errno = saved;
    if (running == 0)
        running = 1; /* the caller */
    return running > cores ? 1 : cores - running + 1;
}
