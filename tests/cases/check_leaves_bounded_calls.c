/* SPDX-License-Identifier: MIT
 * check_leaves_bounded_calls.c: a handler without SA_RESTART ends read, recv, waitpid and sem_wait, also if its signal comes while a check has the world stopped.
 *
 * run: snapshot=stop
 *   direct 0 0
 *   stdout 60 times EINTR, in time
 */
#include "case.h"
#include "api.h"
#include "alarms.h"
#include <sys/socket.h>
#include <sys/wait.h>

enum { KINDS = 4, FEW = 3 };
static sem_t never;
static int nothing[2], silent[2];
static pid_t child;

static ssize_t wait_in(int round)
{
    char byte;
    switch (round % KINDS) {
    case 0: return read(nothing[0], &byte, 1);
    case 1: return recv(silent[0], &byte, 1, 0);
    case 2: return waitpid(child, NULL, 0);
    default: return sem_wait(&never);
    }
}

int main(void)
{
    static const long calls[KINDS][CALLS_MAX] = { { SYS_read }, { SYS_recvfrom }, { SYS_wait4 }, { SYS_futex } };
    char byte;
    NEED(leaksgc_check);
    CHECK(pipe(nothing) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, silent) == 0 && sem_init(&never, 0, 0) == 0);
    child = fork();
    CHECK(child >= 0);
    if (child == 0)
        _exit((int)read(silent[1], &byte, 1)); /* until this process ends */
    int late = alarms(wait_in, calls, KINDS);
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
    printf("%d times EINTR, %s\n", alarms_ended, late <= FEW ? "in time" : "late");
    return 0;
}
