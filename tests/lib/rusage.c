/* SPDX-License-Identifier: MIT
 * rusage.c: runs a command and appends its peak resident set, in kB, to a file.
 *
 * Usage: rusage FILE COMMAND ARGUMENT...
 * Ends as the command did.  Of a command with children it is the largest
 * single process that was waited for.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child;

static void pass_on(int number)
{
    kill(child, number);
}

int main(int argc, char **argv)
{
    struct rusage usage;
    int status;
    if (argc < 3) {
        fprintf(stderr, "usage: rusage FILE COMMAND ARGUMENT...\n");
        return 125;
    }
    child = fork();
    if (child < 0) {
        perror("rusage: fork");
        return 125;
    }
    if (child == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    signal(SIGTERM, pass_on);
    signal(SIGINT, pass_on);
    signal(SIGQUIT, pass_on);
    while (wait4(child, &status, 0, &usage) < 0)
        if (errno != EINTR) {
            perror("rusage: wait4");
            return 125;
        }
    FILE *out = fopen(argv[1], "a");
    if (!out || fprintf(out, "%ld\n", usage.ru_maxrss) < 0 || fclose(out) != 0) {
        perror(argv[1]);
        return 125;
    }
    if (WIFSIGNALED(status)) {
        struct rlimit none = { 0, 0 };
        setrlimit(RLIMIT_CORE, &none);
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
        return 128 + WTERMSIG(status);
    }
    return WEXITSTATUS(status);
}
