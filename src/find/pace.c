/* SPDX-License-Identifier: MIT
 * pace.c: the account of a copy, and where it sleeps. */
#include "find/pace.h"

#include <atomic_ops.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "find/crew.h"

/* Looked at each LOOK; a sleep is long enough for a BURST, which is worth
 * filling the caches for; what was not used within KEPT is gone. */
enum { LOOK = 20000000, BURST = 2000000, PAGE = 4096 };
#define KEPT 60000000000u

static struct lgc_pace account;
static bool paced;                 /* this process is a copy that is         */
static uint64_t prepared_ns;       /* in the program: when, last             */
static AO_t next_look, rest_until; /* in the copy                            */

/* How many wait for the copy: a futex word that it shares; NULL: no memory. */
static volatile unsigned *waiting;

static uint64_t clock_now(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t lgc_pace_next(struct lgc_pace *p, uint64_t wall, uint64_t cpu, uint64_t waited)
{
    int64_t used = (int64_t)(cpu - p->cpu);
    bool busy = (int64_t)(waited - p->waited) > used / 4;
    uint64_t rest = 0;

    if (busy)
        p->credit += (int64_t)((wall - p->wall) * p->share / 1000) - used;
    p->wall = wall;
    p->cpu = cpu;
    p->waited = waited;
    if (p->credit >= 0 || p->share == 0)
        return 0;
    rest = (uint64_t)(BURST - p->credit) * 1000 / p->share;
    p->credit = BURST;
    p->wall += rest; /* it is paid for */
    return rest;
}

/* ---- in the program ---------------------------------------------------- */

void lgc_pace_init(void)
{
    waiting = lgc_mem_map_shared(PAGE);
    prepared_ns = clock_now(CLOCK_MONOTONIC);
}

void lgc_pace_fork_child(void)
{
    lgc_mem_unmap((void *)waiting, PAGE); /* the parent's, too */
    lgc_pace_init();
}

void lgc_pace_prepare(unsigned percent)
{
    uint64_t now = clock_now(CLOCK_MONOTONIC), since = now - prepared_ns;

    account.share = percent < 100 ? (uint64_t)percent * 10 * lgc_crew_processors() : 0;
    account.credit = (int64_t)((since < KEPT ? since : KEPT) * account.share / 1000);
    prepared_ns = now;
}

void lgc_pace_hurry(bool more)
{
    volatile unsigned *word = waiting;

    if (word == NULL)
        return;
    AO_int_fetch_and_add_full(word, more ? 1u : -1u);
    if (more)
        syscall(SYS_futex, word, FUTEX_WAKE, LGC_CREW_MAX, NULL, NULL, 0);
}

/* ---- in the copy ------------------------------------------------------- */

/* "1234 567 8": time on a processor, time in wait of one. */
static uint64_t waited_ns(void)
{
    char buf[80], *s = buf;
    uint64_t ns = 0;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC, 0);
    long n = fd < 0 ? 0 : syscall(SYS_read, fd, buf, sizeof buf - 1);

    if (fd >= 0)
        syscall(SYS_close, fd);
    buf[n > 0 ? n : 0] = '\0';
    s += strcspn(s, " ");
    for (s += *s == ' '; *s >= '0' && *s <= '9'; s++)
        ns = ns * 10 + (uint64_t)(*s - '0');
    return ns;
}

void lgc_pace_begin(void)
{
    if (account.share == 0 || waiting == NULL)
        return;
    account.wall = clock_now(CLOCK_MONOTONIC);
    account.cpu = clock_now(CLOCK_PROCESS_CPUTIME_ID);
    account.waited = waited_ns();
    next_look = (AO_t)account.wall + LOOK;
    paced = true;
}

static void sleep_until(uint64_t end, uint64_t now)
{
    for (; now < end && *waiting == 0; now = clock_now(CLOCK_MONOTONIC)) {
        struct timespec t = { (time_t)((end - now) / 1000000000), (long)((end - now) % 1000000000) };

        syscall(SYS_futex, waiting, FUTEX_WAIT, 0, &t, NULL, 0);
    }
}

void lgc_pace(unsigned member)
{
    uint64_t now;

    if (!paced || *waiting != 0)
        return;
    now = clock_now(CLOCK_MONOTONIC);
    if (member == 0 && now >= AO_load(&next_look)) {
        uint64_t rest = lgc_pace_next(&account, now, clock_now(CLOCK_PROCESS_CPUTIME_ID), waited_ns());

        AO_store(&next_look, (AO_t)(now + rest + LOOK));
        AO_store(&rest_until, (AO_t)(now + rest));
    }
    sleep_until(AO_load(&rest_until), now);
}
