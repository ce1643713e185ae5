/* SPDX-License-Identifier: MIT
 * clock_is_set.c: ages are not those of the clock on the wall: set forward, nothing young is reclaimed; set back, what grows is a suspect.
 *
 * run: reclaim=free:suspect_checks=4
 *   direct 20 2000
 *   section suspects 80 5120 make list_grows
 */
#include "case.h"
#include "api.h"

#include <sys/syscall.h>
#include <time.h>

static long ahead;
void *list[1000];
static int listed;

/* In place of libc's, also for the library. */
int clock_gettime(clockid_t id, struct timespec *t)
{
    int status = (int)syscall(SYS_clock_gettime, id, t);
    if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)
        t->tv_sec += ahead;
    return status;
}

static NOINLINE void list_grows(void)
{
    for (int i = 0; i < 10; i++) {
        list[listed++] = make(64);
        HERE();
    }
}

int main(void)
{
    lose(100, 20);
    for (int round = 0; round < 8; round++) {
        list_grows();
        if (leaksgc_check && round < 7)
            check_now();
        usleep(60000);
        ahead = (round & 1) != 0 ? 7200 : -7200;
    }
    return 0;
}
