/* SPDX-License-Identifier: MIT
 * life_fork.c: a forked child reports what it and its parent lost so far, the parent its own only.
 *
 * run:
 *   direct 2 12
 *   child 2 13 0 0
 *   reports 1
 *   lsan-differs
 */
#include "case.h"
#include <sys/wait.h>

int main(void)
{
    int status;
    lose(5, 1);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        lose(8, 1);
        exit(6);
    }
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 6);
    lose(7, 1);
    return 0;
}
