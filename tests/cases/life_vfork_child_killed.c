/* SPDX-License-Identifier: MIT
 * life_vfork_child_killed.c: a child of vfork that SIGTERM ends has no check of its own, and its parent still has.
 *
 * run:
 *   direct 20 2000
 */
#include "case.h"
#include <signal.h>
#include <sys/wait.h>

int main(void)
{
    pid_t child;
    int status;

    lose(100, 20);
    child = vfork();
    if (child == 0) {
        kill(getpid(), SIGTERM);
        _exit(1);
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    return 0;
}
