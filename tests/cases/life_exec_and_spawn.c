/* SPDX-License-Identifier: MIT
 * life_exec_and_spawn.c: vfork and exec, posix_spawn and system work, and the children report their own leaks.
 *
 * run:
 *   direct 1 5
 *   child 1 10 0 0
 *   child 1 11 0 0
 *   reports 1
 *   lsan-differs
 */
#include "case.h"
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

static void expect(pid_t child, int wanted)
{
    int status;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == wanted);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        lose((size_t)atoi(argv[1]), 1);
        return atoi(argv[1]);
    }
    char *ten[] = { "self", "10", NULL }, *eleven[] = { "self", "11", NULL };
    pid_t child = vfork();
    if (child == 0) {
        execv("/proc/self/exe", ten);
        _exit(127);
    }
    expect(child, 10);
    CHECK(posix_spawn(&child, "/proc/self/exe", NULL, NULL, eleven, environ) == 0);
    expect(child, 11);
    char *missing[] = { "missing", NULL };
    child = vfork();
    if (child == 0) {
        execv("/does/not/exist", missing);
        _exit(126);
    }
    expect(child, 126);
    lose(5, 1);
    return 0;
}
