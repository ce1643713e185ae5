/* SPDX-License-Identifier: MIT
 * check_leaves_signal_in_check.c: a signal that comes while a check has the world stopped ends poll and nanosleep with EINTR afterwards.
 *
 * run:
 *   direct 0 0
 *   stdout 60 times EINTR, late at most once
 */
#include "case.h"
#include "api.h"
#include "alarms.h"
#include <poll.h>

static ssize_t wait_in(int round)
{
    struct timespec hour = { 3600, 0 };
    return round % 2 ? poll(NULL, 0, -1) : nanosleep(&hour, NULL);
}

int main(void)
{
    static const long calls[1][CALLS_MAX] = { { SYS_poll, SYS_ppoll, SYS_clock_nanosleep } };
    NEED(leaksgc_check);
    int late = alarms(wait_in, calls, 1);
    printf("%d times EINTR, late %s\n", alarms_ended, late <= 1 ? "at most once" : "more than once");
    return 0;
}
